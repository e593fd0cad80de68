import { createAlarms } from '../alarms.ts';
import type { OpenRun } from './open-run.ts';

/** An open run, when it is to be woken next, and how often it was. */
export type Tracked = Readonly<{ run: OpenRun; dueMs: number; wakes: number }>;

/** Not until something happens to the run. */
export const never = Infinity;

/** Open runs in the order in which they are due. */
export const createTimetable = () => {
  const open = new Map<string, Tracked>();
  const alarms = createAlarms((runId) => open.get(runId)?.dueMs);
  return {
    get: (runId: string): Tracked | undefined => open.get(runId),
    set: (run: OpenRun, dueMs: number, wakes: number): void => {
      open.set(run.runId, { run, dueMs, wakes });
      if (dueMs !== never) alarms.set({ id: run.runId, dueMs }, open.size);
    },
    delete: (runId: string) => open.delete(runId),
    /** The one that is due the longest; it is to be set anew. */
    next: (nowMs: number): Tracked | undefined => open.get(alarms.take(nowMs)?.id ?? ''),
    all: (): readonly Tracked[] => [...open.values()],
    count: (): number => open.size,
  };
};
