import { opsConfig, opsEnv, parseEnv, type Env as ProcessEnv } from '@karrio/process';
import { z } from 'zod';

const Env = z.object({
  ...opsEnv,
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
});

export const loadConfig = (env: ProcessEnv) => {
  const parsed = parseEnv(Env, env);
  return {
    ...opsConfig(parsed),
    natsUrl: parsed.NATS_URL,
    eventStoreUrl: parsed.EVENTSTORE_URL,
  };
};
export type Config = ReturnType<typeof loadConfig>;
