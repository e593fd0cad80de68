import { resolve } from 'node:path';
import { parseEnv, type Env as ProcessEnv } from '@karrio/process';
import { z } from 'zod';

export const checkout = resolve(import.meta.dirname, '../../..');

const port = z.coerce.number().int().min(1).max(65_535).optional();

const Env = z.object({
  DATA_DIR: z.string().default(resolve(checkout, '.data')),
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port,
  PORT: port,
  DATABASE_URL: z.string().optional(),
  NATS_URL: z.string().optional(),
  EVENTSTORE_URL: z.string().optional(),
  NATS_SERVER_BIN: z.string().optional(),
  EGRESS_ALLOW: z.string().default(''),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  KWE_MASTER_KEY: z.string().optional(),
  KWE_MASTER_KEY_FILE: z.string().optional(),
});

/** @throws Error that names what is malformed */
export const loadConfig = (env: ProcessEnv) => {
  const parsed = parseEnv(Env, env);
  if (parsed.EVENTSTORE_URL === undefined) refuseAccessSettings(env);
  return {
    dataDir: resolve(parsed.DATA_DIR),
    httpHost: parsed.HTTP_HOST,
    httpPort: parsed.HTTP_PORT ?? parsed.PORT,
    databaseUrl: parsed.DATABASE_URL,
    natsUrl: parsed.NATS_URL,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    natsServerBin: parsed.NATS_SERVER_BIN,
    egressAllow: parsed.EGRESS_ALLOW,
    isTraced: parsed.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    /** Then the services take the one that they are given, not the one kept with the data. */
    hasMasterKey: (parsed.KWE_MASTER_KEY ?? parsed.KWE_MASTER_KEY_FILE) !== undefined,
    /** What the services see of the launcher's environment. */
    passedOn: present(env),
  };
};
export type Config = ReturnType<typeof loadConfig>;

/** The event store of the stack listens on this machine only, and asks nobody: the services know it like that. */
const refuseAccessSettings = (env: ProcessEnv) => {
  const given = Object.keys(env).filter(
    (name) => /^EVENTSTORE_(TLS_|USERS|INSECURE)/.test(name) && env[name],
  );
  if (given.length === 0) return;
  throw new Error(
    `${given.join(', ')}: for an event store of its own. Unset them, or start services/event-store with them by ` +
      'itself and give its EVENTSTORE_URL.',
  );
};

const present = (env: ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
