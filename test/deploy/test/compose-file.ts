import { z } from 'zod';
import { readText, readYaml } from './checkout.ts';

const Service = z.object({
  image: z.string().optional(),
  build: z.object({ dockerfile: z.string(), args: z.object({ SERVICE: z.string() }) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  healthcheck: z.json().optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }),
});

const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.json()),
});

export const composePath = 'docker-compose.yml';

const { services, volumes } = Compose.parse(readYaml(composePath));

/** Ours are built, the others are official images. */
export const composeServices = Object.entries(services).map(([name, service]) => ({ name, ...service }));
export const ownServices = composeServices.filter(({ build }) => build !== undefined);
export const namedVolumes = Object.keys(volumes);

/** The variables that the file takes from .env, each with whether it has to be there. */
export const variables = () =>
  [...readText(composePath).matchAll(/\$\{(\w+)(:[-?])?[^}]*\}/g)].map(([, name = '', operator]) => ({
    name,
    isRequired: operator === ':?',
  }));

/** A value as compose makes it of `given`. */
export const interpolated = (value: string, given: Readonly<Record<string, string>>): string =>
  value.replace(
    /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
    (_, name: string, otherwise: string | undefined) => given[name] ?? otherwise ?? '',
  );
