import { opsConfig, opsEnv, parseEnv, type Env as ProcessEnv } from '@karrio/process';
import { z } from 'zod';

const Env = z.object({
  ...opsEnv,
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
  /** Read by backtests alone. */
  DATABASE_URL: z.string(),
  /** Backtests and explanations at once; each has a thread of its own. */
  RULES_THREADS: z.coerce.number().int().min(1).max(32).default(2),
  /** Decisions at once. */
  RULES_CONCURRENCY: z.coerce.number().int().min(1).default(64),
  /** A decision whose process died is made by another one after this time, a backtest gone on with after twice. */
  RULES_LEASE_MS: z.coerce.number().int().min(1_000).default(5_000),
});

export const loadConfig = (env: ProcessEnv) => {
  const parsed = parseEnv(Env, env);
  return {
    ...opsConfig(parsed),
    natsUrl: parsed.NATS_URL,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    databaseUrl: parsed.DATABASE_URL,
    threadsMax: parsed.RULES_THREADS,
    concurrency: parsed.RULES_CONCURRENCY,
    leaseMs: parsed.RULES_LEASE_MS,
  };
};
export type Config = ReturnType<typeof loadConfig>;
