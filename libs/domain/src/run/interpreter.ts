import type { Plan, PlannedAction, PlanStep } from '../plan/plan.ts';
import type { AbortCause, ActionAttempt, ActionOutcomeUnknown, RunConclusion, RunParked } from './event.ts';
import type { Failure } from './facts.ts';
import { resolutionOf } from './retry.ts';
import type { ActionProgress, OpenRun, RunState } from './state.ts';

/**
 * `probe` asks whether the attempt took effect; `ask` whether a person has decided what it was deferred for;
 * `resume` ends a wait whose time has passed.
 */
export type Performance = Readonly<{
  action: PlannedAction;
  attempt: ActionAttempt;
  as: 'attempt' | 'probe' | 'ask' | 'resume';
}>;

/** What a run needs next: effects to perform, time, a person, its end, or nothing for now. */
export type Next =
  | { readonly perform: readonly Performance[] }
  | { readonly waitUntil: string }
  | { readonly park: RunParked }
  | { readonly conclude: RunConclusion }
  | { readonly idle: 'absent' | 'ended' | 'in-flight' | 'paused' | 'parked' };

/**
 * The meaning of a workflow. Orders run one after the other, the actions of one order together; an order ends
 * when all of its actions have. What waits for its next attempt holds its order back. Then a failure ends the run
 * as failed, a false condition as aborted. A cancellation, a timeout and a pause take effect between actions.
 * Pure: live runs, dry runs and replays share it.
 */
export const next = (plan: Plan, run: RunState, at: string): Next =>
  run.status === 'open' ? (nextByControl(plan, run, at) ?? nextByPlan(plan, run, at)) : { idle: run.status };

/** What a cancellation, a pause or a timeout makes of the run; undefined where it goes its way. */
const nextByControl = (plan: Plan, run: OpenRun, at: string): Next | undefined => {
  const isOver = isTimedOut(plan, run, at);
  if (!run.cancel && !run.isPaused && !run.parked && !isOver) return undefined;
  if (!run.parked && [...run.actions.values()].some(({ is }) => is === 'started'))
    return { idle: 'in-flight' };
  if (run.cancel)
    return { conclude: { type: 'RunCancelled', data: { ...endOf(run, at), ...whoOf(run.cancel) } } };
  if (run.isPaused) return { idle: 'paused' };
  return run.parked ? { idle: 'parked' } : { conclude: ended(run, at, timedOut(plan)) };
};

const nextByPlan = (plan: Plan, run: OpenRun, at: string): Next => {
  for (const step of plan.steps) {
    const verdict = judge(plan, step, run, at);
    if ('passed' in verdict) continue;
    if ('failed' in verdict) return { conclude: ended(run, at, verdict.failed) };
    if ('stoppedBy' in verdict) return { conclude: aborted(run, at, verdict.stoppedBy) };
    return 'waitUntil' in verdict
      ? { waitUntil: earlier(verdict.waitUntil, deadlineOf(plan, run)) }
      : verdict;
  }
  return { conclude: { type: 'RunSucceeded', data: endOf(run, at) } };
};

/** Why the requests under way are to be given up, if they are. */
export const abortCauseOf = (plan: Plan, run: RunState, at: string): AbortCause | undefined => {
  if (run.status !== 'open') return undefined;
  if (run.cancel) return 'run-cancelled';
  if (isTimedOut(plan, run, at)) return 'run-timed-out';
  const isGivenUp = plan.steps.some((step) => plan.onFailure === 'cancel' && hasFailure(step, run));
  return isGivenUp ? 'sibling-failed' : undefined;
};

/** When the run is over whatever happens; undefined without a limit, and before it started. */
export const deadlineOf = (plan: Plan, run: OpenRun): string | undefined =>
  plan.runTimeoutMs === null || run.startedAt === undefined
    ? undefined
    : new Date(Date.parse(run.startedAt) + plan.runTimeoutMs + run.heldMs).toISOString();

const isTimedOut = (plan: Plan, run: OpenRun, at: string): boolean => {
  const deadline = run.heldSince === undefined ? deadlineOf(plan, run) : undefined;
  return deadline !== undefined && Date.parse(deadline) <= Date.parse(at);
};

const earlier = (a: string, b: string | undefined): string =>
  b !== undefined && Date.parse(b) < Date.parse(a) ? b : a;

type Verdict =
  Next | { readonly passed: true } | { readonly failed: Failed } | { readonly stoppedBy: string };
type Failed = Failure & { readonly action?: string };
type Progressed = Readonly<{ slug: string; progress: ActionProgress }>;

const judge = (plan: Plan, step: PlanStep, run: OpenRun, at: string): Verdict => {
  const givenUp = plan.onFailure === 'cancel' && hasFailure(step, run);
  const perform = givenUp ? [] : step.actions.flatMap((action) => dueOf(action, step.order, run, at));
  if (perform.length > 0) return { perform };
  const begun = step.actions.flatMap(({ slug }) => {
    const progress = run.actions.get(slug);
    return progress ? [{ slug, progress }] : [];
  });
  const verdict = verdictOn(begun, givenUp, at);
  // Where the run fails or stops anyway, nobody needs to decide.
  const asks = 'passed' in verdict ? step.actions.flatMap((action) => askOf(action, step.order, run)) : [];
  return asks.length > 0 ? { perform: asks } : verdict;
};

const askOf = (action: PlannedAction, order: number, run: OpenRun): readonly Performance[] => {
  const progress = run.actions.get(action.slug);
  return progress?.is === 'deferred'
    ? [{ action, attempt: attemptOf(action, order, progress.attempt), as: 'ask' }]
    : [];
};

const hasFailure = (step: PlanStep, run: OpenRun): boolean =>
  step.actions.some(({ slug }) => {
    const progress = run.actions.get(slug);
    return progress?.is === 'failed' || (progress?.is === 'unknown' && progress.resolution === 'fail');
  });

const verdictOn = (actions: readonly Progressed[], isGivenUp: boolean, at: string): Verdict => {
  if (actions.some(({ progress }) => progress.is === 'started')) return { idle: 'in-flight' };
  const dues = actions.flatMap(({ progress }) => (progress.is === 'waiting' ? [progress.dueAt] : []));
  const [first] = dues.sort((a, b) => Date.parse(a) - Date.parse(b));
  if (first !== undefined && !isGivenUp) return { waitUntil: first };
  const unsettled = actions.find(
    ({ progress }) => progress.is === 'unknown' && progress.resolution === 'park',
  );
  if (unsettled) return { park: parkFor(unsettled, at) };
  for (const { slug, progress } of actions) {
    if (progress.is === 'failed') return { failed: { ...progress.failure, action: slug } };
    if (progress.is === 'unknown')
      return { failed: { ...outcomeUnknown(slug, progress.failure), action: slug } };
  }
  const stop = actions.find(({ progress }) => progress.is === 'succeeded' && !progress.passed);
  return stop ? { stoppedBy: stop.slug } : { passed: true };
};

const dueOf = (action: PlannedAction, order: number, run: OpenRun, at: string): readonly Performance[] => {
  const progress = run.actions.get(action.slug);
  const due = (as: Performance['as'], attempt: number) => [
    { action, attempt: attemptOf(action, order, attempt), as },
  ];
  if (progress === undefined) return due('attempt', 1);
  if (progress.is === 'waiting' && Date.parse(progress.dueAt) <= Date.parse(at)) {
    return progress.for === 'time' ? due('resume', progress.attempt) : due('attempt', progress.attempt + 1);
  }
  if (progress.is !== 'unknown') return [];
  if (progress.resolution === 'probe') return due('probe', progress.attempt);
  return progress.resolution === 'retry' ? due('attempt', progress.attempt + 1) : [];
};

const attemptOf = (action: PlannedAction, order: number, attempt: number): ActionAttempt => ({
  slug: action.slug,
  actionId: action.id,
  actionType: action.actionType,
  order,
  attempt,
});

const unanswered = (slug: string, failure: Failure | undefined): string =>
  failure?.message ??
  `The process stopped after the request of ${slug} had left and before its answer was recorded.`;

const outcomeUnknown = (slug: string, failure: Failure | undefined): Failure => ({
  code: 'outcome-unknown',
  message: `${unanswered(slug, failure)} Check at the receiver whether it took effect, then start a new run if it did not.`,
  ...(failure && { details: { cause: failure.code } }),
});

const parkFor = ({ slug, progress }: Progressed, at: string): RunParked => {
  const failure = progress.is === 'unknown' ? progress.failure : undefined;
  const message =
    `${unanswered(slug, failure)} Check at the receiver whether it took effect, ` +
    'then settle the action: as succeeded, as failed, or send it again.';
  return { type: 'RunParked', data: { cause: 'outcome-unknown', message, action: slug, at } };
};

/** Of an action that was asked about and whose person has not decided. */
export const parkDeferred = (slug: string, message: string, at: string): RunParked => ({
  type: 'RunParked',
  data: { cause: 'rate-held', message, action: slug, at },
});

const timedOut = (plan: Plan): Failure => ({
  code: 'run-timed-out',
  message:
    `The run took longer than the ${plan.runTimeoutMs} ms that its workflow allows. ` +
    'See in its records what took the time, or raise run_timeout_ms.',
});

export const endOf = ({ request }: Pick<OpenRun, 'request'>, at: string) => ({
  workflowId: request.workflowId,
  eventType: request.eventType,
  testMode: request.testMode,
  ...(request.depth !== undefined && { depth: request.depth }),
  at,
});

const whoOf = ({ by, reason }: NonNullable<OpenRun['cancel']>) => ({
  by,
  ...(reason === undefined ? {} : { reason }),
});

const ended = (run: OpenRun, at: string, failure: Failed): RunConclusion => ({
  type: 'RunFailed',
  data: { ...endOf(run, at), failure },
});

const aborted = (run: OpenRun, at: string, condition: string): RunConclusion => ({
  type: 'RunAborted',
  data: { ...endOf(run, at), condition },
});

/** An action that ends so many executors is a person's matter. */
const attemptsMax = 10;

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
      const resolution = progress.attempt >= attemptsMax ? ('park' as const) : resolutionOf(action);
      const attempt = attemptOf(action, step.order, progress.attempt);
      return [{ type: 'ActionOutcomeUnknown' as const, data: { ...attempt, resolution, at } }];
    }),
  );
};
