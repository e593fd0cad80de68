import { parseStream } from '@karrio/contracts';
import { isRunEvent, shortWaitMs } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

export type OpenRun = Readonly<{ runId: string; org: string; position: bigint }>;
type Tracked = OpenRun & {
  dueMs: number;
  wakes: number;
  /** When its actions are due again, the soonest first. */
  waits: readonly number[];
};

const ends: ReadonlySet<string> = new Set(['RunSucceeded', 'RunFailed', 'RunAborted']);

export type Due = OpenRun & Readonly<{ wakes: number }>;

/**
 * Runs that began and have not ended, and when each is to be woken: one that waits for its next attempt at that
 * time, any other when it has not ended for a while. `wakes` counts how often it was.
 */
export const createOpenRuns = ({
  wakeAfterMs,
  wakeAgainMs,
}: Readonly<{ wakeAfterMs: number; wakeAgainMs: number }>) => {
  const open = new Map<string, Tracked>();
  return {
    take: (event: Recorded, nowMs: number): void => {
      const { type, stream, metadata, position } = event;
      const runId = parseStream(stream)?.id;
      if (runId === undefined) return;
      if (type === 'RunRequested') {
        const dueMs = nowMs + wakeAfterMs;
        open.set(runId, { runId, org: metadata.org, position, dueMs, wakes: 0, waits: [] });
      } else if (ends.has(type)) {
        open.delete(runId);
      } else {
        const run = open.get(runId);
        const waitMs = longWaitIn(event);
        if (run && waitMs !== undefined) wait(run, waitMs);
      }
    },
    /** Those whose time has come; each is due again later. */
    due: (nowMs: number): readonly Due[] => {
      const due: Due[] = [];
      for (const run of open.values()) {
        if (run.dueMs > nowMs) continue;
        due.push({ runId: run.runId, org: run.org, position: run.position, wakes: run.wakes });
        run.waits = run.waits.filter((waitMs) => waitMs > nowMs);
        run.dueMs = run.waits[0] ?? nowMs + wakeAgainMs;
        run.wakes++;
      }
      return due;
    },
    /** The log position of the run that has been open longest: a restart reads from before it. */
    oldest: (): bigint | undefined => open.values().next().value?.position,
    count: (): number => open.size,
  };
};
/** Until when a run waits that nobody has in hand; a short wait is spent by an executor. */
const longWaitIn = (event: Recorded): number | undefined => {
  if (!isRunEvent(event) || event.type !== 'ActionRetryScheduled') return undefined;
  const { at, dueAt } = event.data;
  const dueMs = Date.parse(dueAt);
  return dueMs - Date.parse(at) > shortWaitMs ? dueMs : undefined;
};

const wait = (run: Tracked, waitMs: number): void => {
  run.waits = [...run.waits, waitMs].sort((a, b) => a - b);
  run.dueMs = run.waits[0] ?? waitMs;
  // It has moved, so its first wake-up arrived: the id of that one would be taken for a repetition.
  run.wakes ||= 1;
};

export type OpenRuns = ReturnType<typeof createOpenRuns>;
