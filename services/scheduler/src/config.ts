import { opsConfig, opsEnv, parseEnv, type Env as ProcessEnv } from '@karrio/process';
import { z } from 'zod';

const Env = z.object({
  ...opsEnv,
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
  /** After this time a run that has not ended is woken: the hint of the command service may be lost. */
  WAKE_AFTER_MS: z.coerce.number().int().min(100).default(1_000),
  /** And again each time this has passed, until it ends. */
  WAKE_AGAIN_MS: z.coerce.number().int().min(1_000).default(30_000),
  /** How many lines of what became of a schedule's slots are kept, the newest. */
  SLOTS_KEPT: z.coerce.number().int().min(100).default(10_000),
});

export const loadConfig = (env: ProcessEnv) => {
  const parsed = parseEnv(Env, env);
  return {
    ...opsConfig(parsed),
    natsUrl: parsed.NATS_URL,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    wakeAfterMs: parsed.WAKE_AFTER_MS,
    wakeAgainMs: parsed.WAKE_AGAIN_MS,
    slotsKept: parsed.SLOTS_KEPT,
  };
};
export type Config = ReturnType<typeof loadConfig>;
