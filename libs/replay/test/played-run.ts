import { aContext, anAction } from '@karrio/actions/testing';
import {
  afterFailure,
  controlRun,
  evolveRun,
  isAsking,
  laterWorkflowFields,
  next,
  noRun,
  parkDeferred,
  takeOver,
  type Json,
  type Performance,
  type Plan,
  type PlannedAction,
  type RunControl,
  type RunEvent,
  type RunState,
} from '@karrio/domain';
import { stepViewOf, successOf } from '../src/recorded-run.ts';
import { renderMasked } from '../src/render-masked.ts';

export type Ending = 'succeed' | 'fail' | 'crash' | 'refused' | 'unanswered' | 'defer' | 'pause' | 'cancel';

export const aPlan = (...steps: readonly (readonly PlannedAction[])[]): Plan => ({
  workflowId: 'wkfl_1',
  workflowSlug: 'w',
  workflowName: 'W',
  metadata: {},
  ...laterWorkflowFields,
  steps: steps.map((actions, order) => ({ order, actions })),
});

export const aMapping = (slug: string, template: string): PlannedAction =>
  anAction({
    id: `wact_${slug}`,
    slug,
    actionType: 'data_mapping',
    method: null,
    parametersTemplate: template,
  });

export const aRequest = (slug: string, given: Partial<PlannedAction> = {}): PlannedAction =>
  anAction({ id: `wact_${slug}`, slug, endpoint: '/{{parameters.n}}', ...given });

/** A run as executors would write it, whose requests end as they are dealt. */
// oxlint-disable-next-line complexity -- a branch for each thing that can happen to a run
export const played = (
  plan: Plan,
  parameters: Json,
  deal: readonly Ending[] = [],
  answer: Json = { ok: true },
): readonly RunEvent[] => {
  let nowMs = Date.parse('2026-11-22T09:00:00.000Z');
  const now = () => new Date(nowMs).toISOString();
  const events: RunEvent[] = [];
  const write = (...facts: readonly RunEvent[]) => {
    events.push(...facts);
    nowMs += 5;
  };
  const state = () => events.reduce(evolveRun, noRun);
  const control = (given: Pick<RunControl, 'type'> & Partial<RunControl>) => {
    const decision = controlRun(state(), { by: 'ann', at: now(), ...given } as RunControl);
    if ('accepted' in decision) write(...decision.accepted);
  };
  write({
    type: 'RunRequested',
    data: {
      workflowId: 'wkfl_1',
      planHash: 'h',
      eventType: 'manual',
      testMode: false,
      parameters,
      at: now(),
    },
  });
  write({ type: 'RunStarted', data: { at: now() } });
  const dealt = deal[Symbol.iterator]();
  for (let turn = 0; turn < 1_000; turn++) {
    write(...takeOver(plan, state(), now()));
    const run = state();
    if (run.status !== 'open') return events;
    const due = next(plan, run, now());
    if ('conclude' in due) write(due.conclude);
    if ('idle' in due) control({ type: due.idle === 'parked' ? 'Redrive' : 'Resume' });
    if ('waitUntil' in due) {
      write({ type: 'RunWaiting', data: { until: due.waitUntil, at: now() } });
      nowMs = Math.max(nowMs, Date.parse(due.waitUntil));
    }
    if ('park' in due) {
      write(due.park);
      const slug = due.park.data.action ?? '';
      const attempt = {
        slug,
        actionId: `wact_${slug}`,
        actionType: 'http_request',
        order: 0,
        attempt: 1,
      } as const;
      control({ type: 'Settle', attempt, as: 'succeeded', output: { json: answer } });
    }
    if (!('perform' in due)) continue;
    const context = aContext({ parameters, steps: viewsOf(events) });
    for (const performance of due.perform) {
      // Parked for one decision, an executor asks for no other.
      if (performance.as === 'ask' && isParked(state())) break;
      if (!isAsking(performance.action.actionType)) {
        write(...outcomeOf(performance, context, 'succeed', answer, now()));
        continue;
      }
      const ending = dealt.next().value ?? 'succeed';
      if (ending === 'pause' || ending === 'cancel') {
        control({ type: ending === 'pause' ? 'Pause' : 'Cancel' });
        break;
      }
      for (const fact of outcomeOf(performance, context, ending, answer, now())) write(fact);
    }
  }
  throw new Error('no end');
};

const isParked = (run: RunState): boolean => run.status === 'open' && run.parked !== undefined;

const viewsOf = (events: readonly RunEvent[]) =>
  Object.fromEntries(
    events.flatMap((event) => {
      const success = successOf(event);
      return success ? [[success.slug, stepViewOf(success)]] : [];
    }),
  );

// oxlint-disable-next-line complexity -- a branch for each thing that can happen to a run
const outcomeOf = (
  { action, attempt, as }: Performance,
  seen: ReturnType<typeof aContext>,
  ending: Ending,
  answer: Json,
  at: string,
): readonly RunEvent[] => {
  const planned = renderMasked(action, { ...seen, now: at });
  const facts = { ...attempt, startedAt: at, at };
  if (as === 'ask' && ending === 'defer') return [parkDeferred(attempt.slug, 'Ask Ann.', at)];
  if (as === 'ask') return [{ type: 'ActionSucceeded', data: { ...facts, output: { json: answer } } }];
  if (as === 'resume') return [{ type: 'ActionSucceeded', data: { ...facts, output: { json: null } } }];
  if ('wait' in planned) {
    const dueAt =
      'until' in planned.wait ? planned.wait.until : new Date(Date.parse(at) + planned.wait.ms).toISOString();
    return [{ type: 'ActionWaiting', data: { ...attempt, dueAt, at } }];
  }
  if ('failed' in planned) return [{ type: 'ActionFailed', data: { ...facts, failure: planned.failed } }];
  if ('pure' in planned) {
    if ('failed' in planned.pure) throw new Error('a pure action that fails');
    const { output, passed } = planned.pure.succeeded;
    const decided = passed === undefined ? {} : { passed };
    return [{ type: 'ActionSucceeded', data: { ...facts, output: { json: output }, ...decided } }];
  }
  const { body } = planned.effect.request;
  const request = { ...planned.effect.request, body: body === null ? null : { json: body } };
  const started: RunEvent = { type: 'ActionStarted', data: { ...attempt, request, idempotencyKey: 'k', at } };
  if (ending === 'crash') return [started];
  if (ending === 'defer') {
    const output = { json: { outcome: 'held', message: 'Ask Ann.' } };
    return [started, { type: 'ActionDeferred', data: { ...facts, output, message: 'Ask Ann.' } }];
  }
  const response = { status: 200, headers: {}, bytes: 10 };
  if (ending === 'succeed') {
    return [started, { type: 'ActionSucceeded', data: { ...facts, output: { json: answer }, response } }];
  }
  const failed = { ...facts, failure: { code: 'x', message: 'x' } };
  const recovery = { again: ending === 'refused' ? 'safe' : 'unsure' } as const;
  return [started, afterFailure(action, failed, ending === 'fail' ? undefined : recovery, 0.5)];
};
