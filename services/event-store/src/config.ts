import { opsConfig, opsEnv, parseEnv, portEnv, type Env } from '@karrio/process';
import { z } from 'zod';
import { accessEnv, accessSettings } from './access/access-settings.ts';

const EventStoreEnv = z.object({
  ...opsEnv,
  ...accessEnv,
  EVENTSTORE_DATA: z.string().min(1),
  EVENTSTORE_PORT: portEnv(2113),
  EVENTSTORE_SEGMENT_MIB: z.coerce.number().int().min(1).max(2048).default(32),
  /** A timer of Node ends at 24 days. */
  EVENTSTORE_SCAVENGE_HOURS: z.coerce.number().min(0).max(500).default(24),
});

/** Throws once, at boot, naming every variable that is missing or malformed. */
export const loadConfig = (env: Env) => {
  const parsed = parseEnv(EventStoreEnv, env);
  return {
    ...opsConfig(parsed),
    dataFolder: parsed.EVENTSTORE_DATA,
    access: accessSettings(parsed),
    port: parsed.EVENTSTORE_PORT,
    segmentBytesMax: parsed.EVENTSTORE_SEGMENT_MIB * 1024 * 1024,
    scavengeHours: parsed.EVENTSTORE_SCAVENGE_HOURS,
  };
};
export type Config = ReturnType<typeof loadConfig>;
