import { opsConfig, opsEnv, parseEnv, type Env } from '@karrio/process';
import { z } from 'zod';

/** What is read and what is written. */
export const sourceEnv = {
  DATABASE_URL: z.url(),
  EVENTSTORE_URL: z
    .string()
    .regex(/^(esdb|kurrentdb)(\+discover)?:\/\//, 'must look like esdb://host:2113?tls=false'),
};

const QueryEnv = z.object({
  ...opsEnv,
  ...sourceEnv,
  NATS_URL: z.string().min(1),
});

/** Throws once, at boot, naming every variable that is missing or malformed. */
export const loadConfig = (env: Env) => {
  const parsed = parseEnv(QueryEnv, env);
  return {
    ...opsConfig(parsed),
    databaseUrl: parsed.DATABASE_URL,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    natsUrl: parsed.NATS_URL,
  };
};
export type Config = ReturnType<typeof loadConfig>;
