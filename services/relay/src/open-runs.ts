import { parseStream } from '@karrio/contracts';
import type { Recorded } from '@karrio/event-store-client';

export type OpenRun = Readonly<{ runId: string; org: string; position: bigint }>;
type Tracked = OpenRun & { dueMs: number; wakes: number };

const ends: ReadonlySet<string> = new Set(['RunSucceeded', 'RunFailed', 'RunAborted']);

export type Due = OpenRun & Readonly<{ wakes: number }>;

/** Runs that began and have not ended, and when each is to be woken. `wakes` counts how often it was. */
export const createOpenRuns = ({
  wakeAfterMs,
  wakeAgainMs,
}: Readonly<{ wakeAfterMs: number; wakeAgainMs: number }>) => {
  const open = new Map<string, Tracked>();
  return {
    take: ({ type, stream, metadata, position }: Recorded, nowMs: number): void => {
      const runId = parseStream(stream)?.id;
      if (runId === undefined) return;
      if (type === 'RunRequested') {
        open.set(runId, { runId, org: metadata.org, position, dueMs: nowMs + wakeAfterMs, wakes: 0 });
      } else if (ends.has(type)) {
        open.delete(runId);
      }
    },
    /** Those whose time has come; each is due again later. */
    due: (nowMs: number): readonly Due[] => {
      const due: Due[] = [];
      for (const run of open.values()) {
        if (run.dueMs > nowMs) continue;
        due.push({ ...run });
        run.dueMs = nowMs + wakeAgainMs;
        run.wakes++;
      }
      return due;
    },
    /** The log position of the run that has been open longest: a restart reads from before it. */
    oldest: (): bigint | undefined => open.values().next().value?.position,
    count: (): number => open.size,
  };
};
export type OpenRuns = ReturnType<typeof createOpenRuns>;
