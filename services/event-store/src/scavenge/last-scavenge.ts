import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const ScavengeResult = z.object({
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  /** `stopped`: by the end of the server. */
  outcome: z.enum(['done', 'stopped', 'failed']),
  error: z.string().optional(),
  segments: z.number(),
  segmentsDone: z.number(),
  segmentsRewritten: z.number(),
  events: z.number(),
  bytes: z.number(),
});
export type ScavengeResult = Readonly<z.infer<typeof ScavengeResult>>;

const fileOf = (folder: string) => path.join(folder, 'scavenge.json');

/** Kept beside the log, so that a server that is restarted each day scavenges too. Nothing else depends on it. */
export const writeLastScavenge = (folder: string, result: ScavengeResult) => {
  const draft = `${fileOf(folder)}.tmp`;
  writeFileSync(draft, JSON.stringify(result));
  renameSync(draft, fileOf(folder));
};

/** undefined where there was none, or what is written there cannot be read. */
export const readLastScavenge = (folder: string): ScavengeResult | undefined => {
  try {
    return ScavengeResult.safeParse(JSON.parse(readFileSync(fileOf(folder), 'utf8'))).data;
  } catch {
    return undefined;
  }
};
