import { opsConfig, opsEnv, parseEnv, type Env as ProcessEnv } from '@karrio/process';
import { loadMasterKeys, masterKeyEnv } from '@karrio/vault';
import { z } from 'zod';
import { organizationCreators } from './access/kinds.ts';

const Env = z.object({
  ...opsEnv,
  ...masterKeyEnv,
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
  COMMAND_CONCURRENCY: z.coerce.number().int().min(1).default(256),
  /** Runs of one organisation that have begun and not ended; more are refused. */
  RUN_BACKLOG_MAX: z.coerce.number().int().min(1).default(10_000),
  /** Runs that may lead to one, each of which started the next; beyond it is taken for a loop. */
  RUN_DEPTH_MAX: z.coerce.number().int().min(0).default(10),
  COMMAND_LEASE_MS: z.coerce.number().int().min(1_000).default(30_000),
  /** Makes the first organisation with this owner's key at start, unless it is there. */
  BOOTSTRAP_API_KEY: z
    .string()
    .regex(/^key_[0-9a-f]{32}$/, 'must be key_ and 32 hex digits')
    .optional(),
  /** Whose owners may make further organisations: those of the first one, of any, or nobody. */
  ORGANIZATION_CREATORS: z.enum(organizationCreators).default('first'),
});

export const loadConfig = (env: ProcessEnv) => {
  const parsed = parseEnv(Env, env);
  return {
    ...opsConfig(parsed),
    natsUrl: parsed.NATS_URL,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    concurrency: parsed.COMMAND_CONCURRENCY,
    backlogMax: parsed.RUN_BACKLOG_MAX,
    depthMax: parsed.RUN_DEPTH_MAX,
    leaseMs: parsed.COMMAND_LEASE_MS,
    masterKeys: loadMasterKeys(parsed),
    organizationCreators: parsed.ORGANIZATION_CREATORS,
    bootstrapApiKey: parsed.BOOTSTRAP_API_KEY,
  };
};
export type Config = ReturnType<typeof loadConfig>;
