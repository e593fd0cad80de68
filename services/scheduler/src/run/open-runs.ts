import { parseStream } from '@karrio/contracts';
import { isRunEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { createAlarms } from './alarms.ts';
import { evolveOpenRun, isHeld, type OpenRun } from './open-run.ts';

export type Due = Readonly<{
  run: OpenRun;
  dueMs: number;
  /** How often it was woken before. */
  wakes: number;
  /** Its time has come, or it has not ended for a while. */
  cause: 'time' | 'silence';
}>;

type Tracked = { run: OpenRun; wakes: number; dueMs: number };

/** Never, until something happens to the run. */
const never = Infinity;

/**
 * Runs that began and have not ended, in the order in which they are to be woken: one that waits at its time, one
 * that a person holds never, any other when it has not ended for a while, and again.
 */
export const createOpenRuns = ({
  wakeAfterMs,
  wakeAgainMs,
}: Readonly<{ wakeAfterMs: number; wakeAgainMs: number }>) => {
  const open = new Map<string, Tracked>();
  const alarms = createAlarms((runId) => open.get(runId)?.dueMs);

  const set = (run: OpenRun, dueMs: number, wakes: number) => {
    open.set(run.runId, { run, dueMs, wakes });
    if (dueMs !== never) alarms.set({ runId: run.runId, dueMs }, open.size);
  };

  const soon = (run: OpenRun, nowMs: number): number =>
    isHeld(run) ? never : (run.untilMs ?? nowMs + wakeAfterMs);

  return {
    take: (event: Recorded, nowMs: number): void => {
      const runId = parseStream(event.stream)?.id;
      if (runId === undefined || !isRunEvent(event)) return;
      const known = open.get(runId);
      const run = evolveOpenRun(known?.run, runId, event);
      if (!run) open.delete(runId);
      // It has moved, so its first wake-up arrived: the id of that one would be taken for a repetition.
      else if (run !== known?.run) set(run, soon(run, nowMs), known ? Math.max(1, known.wakes) : 0);
    },
    /** Those whose time has come, at most so many, the longest due first; each is due again later. */
    due: (nowMs: number, countMax: number): readonly Due[] => {
      const due: Due[] = [];
      while (due.length < countMax) {
        const tracked = open.get(alarms.take(nowMs)?.runId ?? '');
        if (!tracked) break;
        const { run, dueMs, wakes } = tracked;
        const { untilMs, ...moving } = run;
        due.push({ run: moving, dueMs, wakes, cause: untilMs === dueMs ? 'time' : 'silence' });
        set(moving, nowMs + wakeAgainMs, wakes + 1);
      }
      return due;
    },
    /** It could not be woken: it is due again then, at the latest. */
    postpone: (runId: string, untilMs: number): void => {
      const tracked = open.get(runId);
      if (tracked && tracked.dueMs !== never)
        set(tracked.run, Math.min(tracked.dueMs, untilMs), tracked.wakes);
    },
    restore: (runs: readonly OpenRun[], nowMs: number): void => {
      for (const run of runs) set(run, soon(run, nowMs), 1);
    },
    all: (): readonly OpenRun[] => [...open.values()].map(({ run }) => run),
    count: (): number => open.size,
  };
};
export type OpenRuns = ReturnType<typeof createOpenRuns>;

/** For who looks from outside: runs that move, that wait for a time, that wait for a person. */
export const countByState = (runs: readonly OpenRun[]) => {
  const counts = { active: 0, waiting: 0, held: 0 };
  for (const run of runs) {
    const state = isHeld(run) ? 'held' : run.untilMs === undefined ? 'active' : 'waiting';
    counts[state]++;
  }
  return counts;
};
