import { opsConfig, opsEnv, parseEnv, type Env as ProcessEnv } from '@karrio/process';
import { loadMasterKeys, masterKeyEnv } from '@karrio/vault';
import { z } from 'zod';
import { dispatchConfig, dispatchEnv } from './dispatch/dispatch-config.ts';
import { httpConfig, httpEnv } from './egress/http-config.ts';

const Env = z.object({
  ...opsEnv,
  ...httpEnv,
  ...masterKeyEnv,
  ...dispatchEnv,
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
  /** How long a run may be without a sign of life before another executor takes it over. */
  RUN_LEASE_MS: z.coerce.number().int().min(1_000).default(15_000),
});

export const loadConfig = (env: ProcessEnv) => {
  const parsed = parseEnv(Env, env);
  return {
    ...opsConfig(parsed),
    natsUrl: parsed.NATS_URL,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    dispatch: dispatchConfig(parsed),
    leaseMs: parsed.RUN_LEASE_MS,
    http: httpConfig(parsed),
    masterKeys: loadMasterKeys(parsed),
  };
};
export type Config = ReturnType<typeof loadConfig>;
