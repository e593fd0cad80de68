import type { Plan, RunEvent } from '@karrio/domain';
import {
  compareRuns,
  recordedAnswers,
  rehearse,
  replay,
  type Departure,
  type RunReport,
} from '@karrio/replay';
import type { RecalledRun } from './recall-run.ts';

export type ReplayReport = Readonly<{ id: string; same: boolean }> &
  Readonly<{
    /** Against the plan that it had: the first fact that does not fit. */
    first?: Departure;
    /** Against another one: step by step. */
    steps?: RunReport['steps'];
    end?: RunReport['end'];
    /** Why it could not be followed. */
    problem?: string;
  }>;

/** Against the plan that the run had. */
export const replayOriginal = ({ runId, events }: RecalledRun, plan: Plan): ReplayReport => {
  const replayed = replay(plan, events);
  return replayed.same ? { id: runId, same: true } : { id: runId, same: false, first: replayed.first };
};

/** Against the plan of now, with the answers that the outside gave then. */
export const replayAgainst = async (
  { runId, request, events }: RecalledRun,
  plan: Plan,
): Promise<ReplayReport> => {
  const startedAt = startTimes(events);
  const rehearsal = await rehearse(plan, request, {
    answerOf: recordedAnswers(events),
    startedAtOf: (slug) => startedAt.get(slug),
  });
  return { id: runId, ...compareRuns(events, rehearsal) };
};

/** Of each action's last attempt: that one is compared. */
const startTimes = (events: readonly RunEvent[]): ReadonlyMap<string, string> =>
  new Map(
    events.flatMap(({ data }) =>
      'slug' in data && 'startedAt' in data && data.startedAt !== undefined
        ? [[data.slug, data.startedAt] as const]
        : [],
    ),
  );
