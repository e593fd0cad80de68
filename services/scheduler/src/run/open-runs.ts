import { parseStream } from '@karrio/contracts';
import { isPauseEvent, isRunEvent, type RunEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { evolveOpenRun, isHeld, type OpenRun, type OpenRunsThen } from './open-run.ts';
import { createPaused } from './paused.ts';
import { createTimetable, never, type Tracked } from './timetable.ts';

export type Due = Readonly<{
  run: OpenRun;
  dueMs: number;
  /** How often it was woken before. */
  wakes: number;
  /** Its time has come, or it has not ended for a while. */
  cause: 'time' | 'silence';
}>;

type Settings = Readonly<{ wakeAfterMs: number; wakeAgainMs: number }>;

/**
 * Runs that began and have not ended, in the order in which they are to be woken: one that waits at its time, one
 * that a person holds never, any other when it has not ended for a while, and again. A run of a paused workflow
 * or organisation is held from the moment at which it would be woken until they are resumed.
 */
export const createOpenRuns = ({ wakeAfterMs, wakeAgainMs }: Settings) => {
  const timetable = createTimetable();
  const paused = createPaused();

  const soon = (run: OpenRun, nowMs: number): number =>
    isHeld(run) ? never : (run.untilMs ?? nowMs + wakeAfterMs);

  const takeOfRun = (runId: string, event: Recorded<RunEvent>, nowMs: number): void => {
    const known = timetable.get(runId);
    const run = evolveOpenRun(known?.run, runId, event);
    if (!run) timetable.delete(runId);
    // It has moved, so its first wake-up arrived: the id of that one would be taken for a repetition.
    else if (run !== known?.run) timetable.set(run, soon(run, nowMs), known ? Math.max(1, known.wakes) : 0);
  };

  /** Takes a run whose time has come; undefined where it is held. */
  const wake = ({ run, dueMs, wakes }: Tracked, nowMs: number): Due | undefined => {
    if (paused.holds(run)) {
      timetable.set(run, never, wakes);
      return undefined;
    }
    const { untilMs, ...moving } = run;
    timetable.set(moving, nowMs + wakeAgainMs, wakes + 1);
    return { run: moving, dueMs, wakes, cause: untilMs === dueMs ? 'time' : 'silence' };
  };

  return {
    take: (event: Recorded, nowMs: number): void => {
      const id = parseStream(event.stream)?.id;
      if (id === undefined) return;
      if (isRunEvent(event)) takeOfRun(id, event, nowMs);
      if (!isPauseEvent(event)) return;
      paused.take(id, event);
      if (event.type === 'RunsResumed') resume(timetable, id, nowMs);
    },
    /** Those whose time has come, at most so many, the longest due first; each is due again later. */
    due: (nowMs: number, countMax: number): readonly Due[] => {
      const due: Due[] = [];
      for (let next; due.length < countMax && (next = timetable.next(nowMs));) {
        const one = wake(next, nowMs);
        if (one) due.push(one);
      }
      return due;
    },
    /** It could not be woken: it is due again then, at the latest. */
    postpone: (runId: string, untilMs: number): void => {
      const tracked = timetable.get(runId);
      if (tracked && tracked.dueMs !== never)
        timetable.set(tracked.run, Math.min(tracked.dueMs, untilMs), tracked.wakes);
    },
    restore: (snapshot: OpenRunsThen, nowMs: number): void => {
      paused.restore(snapshot.paused);
      for (const run of snapshot.runs) timetable.set(run, soon(run, nowMs), 1);
    },
    ...lookingInto(timetable, paused),
  };
};
export type OpenRuns = ReturnType<typeof createOpenRuns>;

type Timetable = ReturnType<typeof createTimetable>;

/** Who waits for a time still waits for it. */
const resume = (timetable: Timetable, id: string, nowMs: number): void => {
  for (const { run, wakes } of timetable.all()) {
    if (isHeld(run) || ![run.org, run.workflowId].includes(id)) continue;
    // The id of the first wake-up may be used up: an executor that held the run dropped it.
    timetable.set(run, run.untilMs ?? nowMs, Math.max(1, wakes));
  }
};

const lookingInto = (timetable: Timetable, paused: ReturnType<typeof createPaused>) => ({
  all: (): OpenRunsThen => ({
    runs: timetable.all().map(({ run }) => run),
    paused: paused.all(),
  }),
  count: timetable.count,
  pausesSeen: paused.seen,
  /** Runs that move, that wait for a time, that people hold. */
  countByState: () => {
    const counts = { active: 0, waiting: 0, held: 0 };
    for (const { run } of timetable.all()) {
      const isStill = isHeld(run) || paused.holds(run);
      counts[isStill ? 'held' : run.untilMs === undefined ? 'active' : 'waiting']++;
    }
    return counts;
  },
});
