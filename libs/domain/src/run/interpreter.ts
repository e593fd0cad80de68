import type { Plan, PlannedAction, PlanStep } from '../plan/plan.ts';
import type { ActionAttempt, ActionOutcomeUnknown, RunConclusion } from './event.ts';
import type { Failure } from './facts.ts';
import { isRepeatable } from './retry.ts';
import type { ActionProgress, OpenRun, RunState } from './state.ts';

export type Performance = Readonly<{ action: PlannedAction; attempt: ActionAttempt }>;

/** What a run needs next: effects to perform, time, its end, or nothing until what is under way has an outcome. */
export type Next =
  | { readonly perform: readonly Performance[] }
  | { readonly waitUntil: string }
  | { readonly conclude: RunConclusion }
  | { readonly idle: 'absent' | 'ended' | 'in-flight' };

/**
 * The meaning of a workflow. Orders run one after the other, the actions of one order together; an order ends
 * when all of its actions have. What waits for its next attempt holds its order back. Then a failure ends the run as failed, a false condition as aborted.
 * Pure: live runs, dry runs and replays share it.
 */
export const next = (plan: Plan, run: RunState, at: string): Next => {
  if (run.status !== 'open') return { idle: run.status };
  for (const step of plan.steps) {
    const verdict = judge(step, run, at);
    if ('passed' in verdict) continue;
    if ('failed' in verdict) return { conclude: ended(run, at, verdict.failed) };
    if ('stoppedBy' in verdict) return { conclude: aborted(run, at, verdict.stoppedBy) };
    return verdict;
  }
  return { conclude: { type: 'RunSucceeded', data: endOf(run, at) } };
};

type Verdict =
  Next | { readonly passed: true } | { readonly failed: Failed } | { readonly stoppedBy: string };
type Failed = Failure & { readonly action: string };
type Progressed = Readonly<{ slug: string; progress: ActionProgress }>;

const judge = (step: PlanStep, run: OpenRun, at: string): Verdict => {
  const perform = step.actions.flatMap((action) => {
    const attempt = attemptDue(run.actions.get(action.slug), at);
    return attempt === undefined ? [] : [{ action, attempt: attemptOf(action, step.order, attempt) }];
  });
  if (perform.length > 0) return { perform };
  return verdictOn(
    step.actions.flatMap(({ slug }) => {
      const progress = run.actions.get(slug);
      return progress ? [{ slug, progress }] : [];
    }),
  );
};

const verdictOn = (actions: readonly Progressed[]): Verdict => {
  if (actions.some(({ progress }) => progress.is === 'started')) return { idle: 'in-flight' };
  const dues = actions.flatMap(({ progress }) => (progress.is === 'waiting' ? [progress.dueAt] : []));
  const [first] = dues.sort((a, b) => Date.parse(a) - Date.parse(b));
  if (first !== undefined) return { waitUntil: first };
  for (const { slug, progress } of actions) {
    if (progress.is === 'failed') return { failed: { ...progress.failure, action: slug } };
    if (progress.is === 'unknown') {
      return { failed: { ...outcomeUnknown(slug, progress.failure), action: slug } };
    }
  }
  const stop = actions.find(({ progress }) => progress.is === 'succeeded' && !progress.passed);
  return stop ? { stoppedBy: stop.slug } : { passed: true };
};

const attemptDue = (progress: ActionProgress | undefined, at: string): number | undefined => {
  if (progress === undefined) return 1;
  const isDue =
    (progress.is === 'unknown' && progress.resolution === 'retry') ||
    (progress.is === 'waiting' && Date.parse(progress.dueAt) <= Date.parse(at));
  return isDue ? progress.attempt + 1 : undefined;
};

const attemptOf = (action: PlannedAction, order: number, attempt: number): ActionAttempt => ({
  slug: action.slug,
  actionId: action.id,
  actionType: action.actionType,
  order,
  attempt,
});

const outcomeUnknown = (slug: string, unanswered: Failure | undefined): Failure => ({
  code: 'outcome-unknown',
  message: `${
    unanswered?.message ??
    `The process stopped after the request of ${slug} had left and before its answer was recorded.`
  } Check at the receiver whether it took effect, then start a new run if it did not.`,
  ...(unanswered && { details: { cause: unanswered.code } }),
});

const endOf = ({ request }: OpenRun, at: string) => ({
  workflowId: request.workflowId,
  eventType: request.eventType,
  testMode: request.testMode,
  at,
});

const ended = (run: OpenRun, at: string, failure: Failed): RunConclusion => ({
  type: 'RunFailed',
  data: { ...endOf(run, at), failure },
});

const aborted = (run: OpenRun, at: string, condition: string): RunConclusion => ({
  type: 'RunAborted',
  data: { ...endOf(run, at), condition },
});

/**
 * Settles what a dead process left under way. Call it once when a run is taken over, before `next`: every
 * action that started and has no outcome gets an explicit `ActionOutcomeUnknown`.
 */
export const takeOver = (plan: Plan, run: RunState, at: string): readonly ActionOutcomeUnknown[] => {
  if (run.status !== 'open') return [];
  return plan.steps.flatMap((step) =>
    step.actions.flatMap((action) => {
      const progress = run.actions.get(action.slug);
      if (progress?.is !== 'started') return [];
      const resolution = isRepeatable(action) ? 'retry' : 'fail';
      const attempt = attemptOf(action, step.order, progress.attempt);
      return [{ type: 'ActionOutcomeUnknown' as const, data: { ...attempt, resolution, at } }];
    }),
  );
};
