import type { Answer, Effect, Outcome, Outside, StepView } from '@karrio/actions';
import {
  afterFailure,
  evolveRun,
  next,
  noRun,
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

/** Where an action's outcome came from; `missing`: a request would leave, and nobody said what it is answered. */
export type OutcomeSource = 'computed' | 'fixture' | 'recorded' | 'missing';

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

/** What a request is answered; undefined where nobody says. */
export type AnswerOf = (
  performance: Performance,
) => Readonly<{ source: 'fixture' | 'recorded'; answer: Answer }> | undefined;

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
    if ('idle' in step) throw new Error(`a rehearsal that stands still: ${step.idle}`);
    if (!('perform' in step)) continue;
    const missing = await stage.perform(step.perform);
    if (missing.length > 0) return { steps: stage.steps, end: { as: 'needs-response', slugs: missing } };
  }
  throw new Error('a rehearsal that does not end');
};

const endOf = ({ type, data }: RunConclusion): Rehearsal['end'] => ({
  as: type,
  ...('failure' in data && { failure: data.failure }),
  ...('condition' in data && { condition: data.condition }),
});

const openStage = (plan: Plan, request: RunRequest, ports: RehearsalPorts) => {
  const { answerOf, startedAtOf, render = renderMasked } = ports;
  const steps: RehearsedStep[] = [];
  const views: Record<string, StepView> = {};
  let now = request.at;
  let state: RunState = noRun;
  const note = (event: RunEvent) => {
    state = evolveRun(state, event);
  };
  note({ type: 'RunRequested', data: request });
  note({ type: 'RunStarted', data: { at: now } });

  /** Notes what an attempt comes to; false where nobody says what its request is answered. */
  const attempt = async (performance: Performance, seen: typeof views): Promise<boolean> => {
    const { action, attempt: facts } = performance;
    const { slug, order, actionType } = facts;
    const shown = { slug, order, attempt: facts.attempt, actionType };
    const at = startedAtOf?.(slug, facts.attempt) ?? now;
    const settle = (outcome: Outcome, more: Pick<RehearsedStep, 'source' | 'request'>) => {
      const event = eventOf(performance, outcome, now);
      note(event);
      if ('succeeded' in outcome) views[slug] = stepViewOf(outcome.succeeded);
      const dueAt = event.type === 'ActionRetryScheduled' ? { dueAt: event.data.dueAt } : {};
      steps.push({ ...shown, ...more, ...shownOutcome(outcome), ...dueAt });
    };
    if (performance.as !== 'attempt') {
      settle({ succeeded: { output: null } }, { source: 'computed' });
      return true;
    }
    const planned = render(action, contextOf(plan, request, seen, at));
    if ('failed' in planned) settle({ failed: { failure: planned.failed } }, { source: 'computed' });
    if ('pure' in planned) settle(planned.pure, { source: 'computed' });
    if ('wait' in planned) {
      const { wait } = planned;
      const dueAt = 'until' in wait ? wait.until : new Date(Date.parse(now) + wait.ms).toISOString();
      note({ type: 'ActionWaiting', data: { ...facts, dueAt, at: now } });
      steps.push({ ...shown, source: 'computed', dueAt });
    }
    if (!('effect' in planned)) return true;
    const { effect } = planned;
    const answered = answerOf(performance);
    if (!answered) {
      steps.push({ ...shown, source: 'missing', request: effect.request });
      return false;
    }
    const held = {
      ...effect.request,
      body: effect.request.body === null ? null : { json: effect.request.body },
    };
    note({ type: 'ActionStarted', data: { ...facts, request: held, idempotencyKey: slug, at: now } });
    const outcome = await effect.perform(heldBack(answered.answer), nobody, slug);
    settle(outcome, { source: answered.source, request: effect.request });
    return true;
  };

  return {
    steps,
    state: () => state,
    now: () => now,
    skipTo: (time: string) => {
      if (Date.parse(time) > Date.parse(now)) now = time;
    },
    /** The slugs of those that nobody answers. */
    perform: async (performances: readonly Performance[]): Promise<readonly string[]> => {
      // Actions of one order do not see each other's outputs.
      const seen = { ...views };
      const missing: string[] = [];
      for (const performance of performances) {
        if (!(await attempt(performance, seen))) missing.push(performance.attempt.slug);
      }
      return missing;
    },
  };
};

/** In place of the network. */
const heldBack = (answer: Answer): Outside => ({ send: () => Promise.resolve(answer) });

const nobody = { org: '', signal: new AbortController().signal };

const eventOf = ({ action, attempt }: Performance, outcome: Outcome, at: string): RunEvent => {
  if ('succeeded' in outcome) {
    const { output, passed, response } = outcome.succeeded;
    const decided = passed === undefined ? {} : { passed };
    const data = { ...attempt, output: { json: output }, ...decided, ...(response && { response }) };
    return { type: 'ActionSucceeded', data: { ...data, startedAt: at, at } };
  }
  const { failure, recovery } = outcome.failed;
  return afterFailure(action, { ...attempt, failure, startedAt: at, at }, recovery, 0.5);
};

const shownOutcome = (outcome: Outcome): Partial<RehearsedStep> => {
  const { output, response } = 'succeeded' in outcome ? outcome.succeeded : outcome.failed;
  return {
    ...(output !== undefined && { output }),
    ...(response && { status: response.status }),
    ...('succeeded' in outcome
      ? outcome.succeeded.passed !== undefined && { passed: outcome.succeeded.passed }
      : { failure: outcome.failed.failure }),
  };
};
