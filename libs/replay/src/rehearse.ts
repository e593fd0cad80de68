import type { Answer, Effect, Outcome, Outside, StepView, Waiting } from '@karrio/actions';
import {
  afterFailure,
  evolveRun,
  next,
  noRun,
  parkDeferred,
  type ActionType,
  type Failure,
  type Json,
  type Performance,
  type Plan,
  type RunConclusion,
  type RunEvent,
  type RunRequest,
  type RunState,
} from '@karrio/domain';
import { contextOf, stepViewOf } from './recorded-run.ts';
import { renderMasked, type Render } from './render-masked.ts';

/**
 * Where an action's outcome came from; `simulated`: it was decided as it would be, and not recorded; `missing`: a
 * request would leave, and nobody said what it is answered.
 */
export type OutcomeSource = 'computed' | 'fixture' | 'recorded' | 'simulated' | 'missing';

export type RehearsedStep = Readonly<{
  slug: string;
  order: number;
  attempt: number;
  actionType: ActionType;
  source: OutcomeSource;
  request?: Effect['request'];
  status?: number;
  output?: Json;
  passed?: boolean;
  failure?: Failure;
  /** Until when time would pass before what follows. */
  dueAt?: string;
}>;

export type Rehearsal = Readonly<{
  steps: readonly RehearsedStep[];
  end:
    | Readonly<{ as: RunConclusion['type']; failure?: Failure; condition?: string }>
    /** A person would have to decide. */
    | Readonly<{ as: 'RunParked'; message: string }>
    /** What these are answered has to be said. */
    | Readonly<{ as: 'needs-response'; slugs: readonly string[] }>;
}>;

type Answered = Readonly<{ source: 'fixture' | 'recorded' | 'simulated'; answer: Answer }>;

/** What a request is answered; undefined where nobody says. */
export type AnswerOf = (
  performance: Performance,
  request: Effect['request'],
) => Answered | undefined | Promise<Answered | undefined>;

export type RehearsalPorts = Readonly<{
  answerOf: AnswerOf;
  /** When an attempt began, where that is known; the rehearsal's own time otherwise. */
  startedAtOf?: (slug: string, attempt: number) => string | undefined;
  render?: Render;
}>;

/** More than any plan can need: 500 actions with 10 repetitions each, and their waits. */
const turnsMax = 20_000;

/**
 * Follows a plan as a run does, by the same interpreter and the same rendering, with every request held back
 * and answered by `answerOf`. Time does not pass, it is skipped. Nothing is sent and nothing is recorded.
 */
export const rehearse = async (
  plan: Plan,
  request: RunRequest,
  ports: RehearsalPorts,
): Promise<Rehearsal> => {
  const stage = openStage(plan, request, ports);
  for (let turn = 0; turn < turnsMax; turn++) {
    const step = next(plan, stage.state(), stage.now());
    if ('conclude' in step) return { steps: stage.steps, end: endOf(step.conclude) };
    if ('park' in step) {
      return { steps: stage.steps, end: { as: 'RunParked', message: step.park.data.message } };
    }
    if ('waitUntil' in step) stage.skipTo(step.waitUntil);
    if ('idle' in step) return { steps: stage.steps, end: parkedEnd(stage.state()) };
    if (!('perform' in step)) continue;
    const missing = await performAll(stage, step.perform);
    if (missing.length > 0) return { steps: stage.steps, end: { as: 'needs-response', slugs: missing } };
  }
  throw new Error('a rehearsal that does not end');
};

const endOf = ({ type, data }: RunConclusion): Rehearsal['end'] => ({
  as: type,
  ...('failure' in data && { failure: data.failure }),
  ...('condition' in data && { condition: data.condition }),
});

/** Only a decision that is a person's brings a rehearsal to a stand. */
const parkedEnd = (run: RunState): Rehearsal['end'] => {
  if (run.status !== 'open' || !run.parked) throw new Error('a rehearsal that stands still');
  return { as: 'RunParked', message: run.parked.message };
};

type Stage = Readonly<{
  plan: Plan;
  request: RunRequest;
  ports: RehearsalPorts;
  steps: RehearsedStep[];
  views: Record<string, StepView>;
  state: () => RunState;
  now: () => string;
  note: (event: RunEvent) => void;
  skipTo: (time: string) => void;
  /** For the decision that an action was deferred for. */
  park: (slug: string) => void;
}>;

const openStage = (plan: Plan, request: RunRequest, ports: RehearsalPorts): Stage => {
  let now = request.at;
  let state: RunState = noRun;
  const note = (event: RunEvent) => {
    state = evolveRun(state, event);
  };
  note({ type: 'RunRequested', data: request });
  note({ type: 'RunStarted', data: { at: now } });
  return {
    plan,
    request,
    ports,
    steps: [],
    views: {},
    state: () => state,
    now: () => now,
    note,
    skipTo: (time) => {
      if (Date.parse(time) > Date.parse(now)) now = time;
    },
    park: (slug) => {
      const progress = state.status === 'open' ? state.actions.get(slug) : undefined;
      if (progress?.is === 'deferred') note(parkDeferred(slug, progress.message, now));
    },
  };
};

/** The slugs of those that nobody answers. */
const performAll = async (stage: Stage, performances: readonly Performance[]): Promise<readonly string[]> => {
  // Actions of one order do not see each other's outputs.
  const seen = { ...stage.views };
  const missing: string[] = [];
  for (const performance of performances) {
    if (!(await attemptOne(stage, performance, seen))) missing.push(performance.attempt.slug);
  }
  return missing;
};

/** What a probe found out is what the request was answered in the end. */
const attemptOne = async (stage: Stage, performance: Performance, seen: Stage['views']): Promise<boolean> => {
  const { plan, request, ports } = stage;
  const { action, attempt, as } = performance;
  const at = ports.startedAtOf?.(attempt.slug, attempt.attempt) ?? stage.now();
  const render = ports.render ?? renderMasked;
  const planned =
    as === 'resume'
      ? { pure: { succeeded: { output: null } } }
      : render(action, contextOf(plan, request, seen, at));
  if ('effect' in planned) return (as === 'ask' ? ask : send)(stage, performance, planned.effect);
  if ('wait' in planned) {
    wait(stage, performance, planned.wait);
    return true;
  }
  const outcome = 'pure' in planned ? planned.pure : { failed: { failure: planned.failed } };
  settle(stage, performance, outcome, { source: 'computed' });
  return true;
};

/** False where nobody says what its request is answered. */
const send = async (
  stage: Stage,
  performance: Performance,
  { request, perform }: Effect,
): Promise<boolean> => {
  const answered = await stage.ports.answerOf(performance, request);
  const { attempt } = performance;
  if (!answered) {
    stage.steps.push({ ...shownAttempt(performance), source: 'missing', request });
    return false;
  }
  const held = { ...request, body: request.body === null ? null : { json: request.body } };
  const started = { ...attempt, request: held, idempotencyKey: attempt.slug, at: stage.now() };
  stage.note({ type: 'ActionStarted', data: started });
  const outcome = await perform(heldBack(answered.answer), nobody, attempt.slug);
  settle(stage, performance, outcome, { source: answered.source, request });
  return true;
};

/** Whether a person has decided, where that is known: else the rehearsal is parked. */
const ask: typeof send = async (stage, performance, { request, perform }) => {
  const { slug } = performance.attempt;
  const answered = await stage.ports.answerOf(performance, request);
  const outcome = answered && (await perform(heldBack(answered.answer), nobody, slug));
  if (!outcome || 'deferred' in outcome) stage.park(slug);
  else settle(stage, performance, outcome, { source: answered.source, request });
  return true;
};

const wait = (stage: Stage, performance: Performance, waiting: Waiting): void => {
  const at = stage.now();
  const dueAt = 'until' in waiting ? waiting.until : new Date(Date.parse(at) + waiting.ms).toISOString();
  stage.note({ type: 'ActionWaiting', data: { ...performance.attempt, dueAt, at } });
  stage.steps.push({ ...shownAttempt(performance), source: 'computed', dueAt });
};

const settle = (
  stage: Stage,
  performance: Performance,
  outcome: Outcome,
  more: Pick<RehearsedStep, 'source' | 'request'>,
): void => {
  const event = eventOf(performance, outcome, stage.now());
  stage.note(event);
  if ('succeeded' in outcome) stage.views[performance.attempt.slug] = stepViewOf(outcome.succeeded);
  const dueAt = event.type === 'ActionRetryScheduled' ? { dueAt: event.data.dueAt } : {};
  stage.steps.push({ ...shownAttempt(performance), ...more, ...shownOutcome(outcome), ...dueAt });
};

const shownAttempt = ({ attempt: { slug, order, attempt, actionType } }: Performance) => ({
  slug,
  order,
  attempt,
  actionType,
});

/** In place of the network. */
const heldBack = (answer: Answer): Outside => ({ send: () => Promise.resolve(answer) });

const nobody = { org: '', depth: 0, signal: new AbortController().signal };

const eventOf = ({ action, attempt }: Performance, outcome: Outcome, at: string): RunEvent => {
  if ('succeeded' in outcome) {
    const { output, passed, response } = outcome.succeeded;
    const decided = passed === undefined ? {} : { passed };
    const data = { ...attempt, output: { json: output }, ...decided, ...(response && { response }) };
    return { type: 'ActionSucceeded', data: { ...data, startedAt: at, at } };
  }
  if ('deferred' in outcome) {
    const { output, message } = outcome.deferred;
    return {
      type: 'ActionDeferred',
      data: { ...attempt, output: { json: output }, message, startedAt: at, at },
    };
  }
  const { failure, recovery } = outcome.failed;
  return afterFailure(action, { ...attempt, failure, startedAt: at, at }, recovery, 0.5);
};

const shownOutcome = (outcome: Outcome): Partial<RehearsedStep> => {
  if ('deferred' in outcome) return { output: outcome.deferred.output };
  const { output, response } = 'succeeded' in outcome ? outcome.succeeded : outcome.failed;
  return {
    ...(output !== undefined && { output }),
    ...(response && { status: response.status }),
    ...('succeeded' in outcome
      ? outcome.succeeded.passed !== undefined && { passed: outcome.succeeded.passed }
      : { failure: outcome.failed.failure }),
  };
};
