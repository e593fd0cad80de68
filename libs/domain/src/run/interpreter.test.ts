import { describe, expect, it } from 'vitest';
import { laterActionFields } from '../definition/action.ts';
import type { Plan, PlannedAction } from '../plan/plan.ts';
import type { RunEvent } from './event.ts';
import { next, takeOver } from './interpreter.ts';
import { evolveRun, noRun } from './state.ts';

const at = '2026-11-22T09:00:00.000Z';

const definition: Omit<PlannedAction, 'id' | 'slug'> = {
  name: 'Any',
  actionType: 'http_request',
  description: null,
  host: 'https://shop.example',
  port: null,
  endpoint: null,
  method: 'get',
  parametersType: null,
  parametersTemplate: null,
  headerTemplate: null,
  contentType: null,
  ...laterActionFields,
  connection: null,
  metafields: {},
  metadata: {},
  templateSlug: null,
};

const anAction = (slug: string, override: Partial<PlannedAction> = {}) => ({
  id: `wact_${slug}`,
  slug,
  ...definition,
  ...override,
});

const aPlan = (...steps: readonly (readonly ReturnType<typeof anAction>[])[]): Plan => ({
  workflowId: 'wkfl_1',
  workflowSlug: 'orders',
  workflowName: 'Orders',
  metadata: {},
  steps: steps.map((actions, index) => ({ order: index + 1, actions })),
});

const attemptOf = (slug: string, attempt = 1) =>
  ({ slug, actionId: `wact_${slug}`, actionType: 'http_request', order: 1, attempt }) as const;
const requested: RunEvent = {
  type: 'RunRequested',
  data: { workflowId: 'wkfl_1', planHash: 'h', eventType: 'manual', testMode: false, parameters: {}, at },
};
const request = { method: 'GET', url: 'https://shop.example', headers: {}, body: null };
const started = (slug: string, attempt = 1): RunEvent => ({
  type: 'ActionStarted',
  data: { ...attemptOf(slug, attempt), request, idempotencyKey: 'k', at },
});
const succeeded = (slug: string, passed?: boolean): RunEvent => ({
  type: 'ActionSucceeded',
  data: {
    ...attemptOf(slug),
    output: { json: {} },
    ...(passed === undefined ? {} : { passed }),
    startedAt: at,
    at,
  },
});
const failed = (slug: string): RunEvent => ({
  type: 'ActionFailed',
  data: { ...attemptOf(slug), failure: { code: 'http-status', message: 'no' }, startedAt: at, at },
});
const retried = (slug: string, dueAt: string): RunEvent => ({
  type: 'ActionRetryScheduled',
  data: { ...attemptOf(slug), failure: { code: 'http-status', message: 'no' }, startedAt: at, at, dueAt },
});
const unknown = (slug: string, resolution: 'retry' | 'fail'): RunEvent => ({
  type: 'ActionOutcomeUnknown',
  data: { ...attemptOf(slug), resolution, at },
});

const after = (...events: readonly RunEvent[]) => events.reduce(evolveRun, noRun);
const slugsToPerform = (plan: Plan, ...events: readonly RunEvent[]) => {
  const step = next(plan, after(...events), at);
  return 'perform' in step ? step.perform.map(({ attempt }) => `${attempt.slug}#${attempt.attempt}`) : step;
};

describe('what a run does next', () => {
  const plan = aPlan([anAction('a'), anAction('b')], [anAction('c')]);

  it('begins with all actions of the lowest order', () => {
    expect(slugsToPerform(plan, requested)).toEqual(['a#1', 'b#1']);
  });

  it('holds a higher order back until every action of the lower one has ended', () => {
    expect(slugsToPerform(plan, requested, started('a'), started('b'), succeeded('a'))).toEqual({
      idle: 'in-flight',
    });
    expect(slugsToPerform(plan, requested, succeeded('a'), succeeded('b'))).toEqual(['c#1']);
  });

  it('succeeds after the last order', () => {
    expect(next(plan, after(requested, succeeded('a'), succeeded('b'), succeeded('c')), at)).toMatchObject({
      conclude: { type: 'RunSucceeded', data: { workflowId: 'wkfl_1', eventType: 'manual' } },
    });
  });

  it('fails with the reason and the action, once its siblings have ended', () => {
    expect(slugsToPerform(plan, requested, started('a'), started('b'), failed('a'))).toEqual({
      idle: 'in-flight',
    });
    expect(next(plan, after(requested, failed('a'), succeeded('b')), at)).toMatchObject({
      conclude: { type: 'RunFailed', data: { failure: { code: 'http-status', action: 'a' } } },
    });
  });

  it('is aborted by a false condition, and does not begin what comes after', () => {
    expect(next(plan, after(requested, succeeded('a', false), succeeded('b')), at)).toMatchObject({
      conclude: { type: 'RunAborted', data: { condition: 'a' } },
    });
  });

  it('counts a failure over a false condition of the same order', () => {
    expect(next(plan, after(requested, succeeded('a', false), failed('b')), at)).toMatchObject({
      conclude: { type: 'RunFailed' },
    });
  });

  it('waits for the soonest of the attempts that are due, and its order with it', () => {
    const [soon, late] = ['2026-11-22T09:00:01.000Z', '2026-11-22T09:00:05.000Z'];
    const run = [requested, retried('a', late), retried('b', soon)];
    expect(next(plan, after(...run), at)).toEqual({ waitUntil: soon });
    expect(next(plan, after(...run), soon)).toMatchObject({
      perform: [{ attempt: { slug: 'b', attempt: 2 } }],
    });
    expect(next(plan, after(requested, failed('a'), retried('b', soon)), at)).toEqual({ waitUntil: soon });
    expect(next(plan, after(requested, started('a'), retried('b', soon)), at)).toEqual({ idle: 'in-flight' });
  });

  it('fails with the reason where an answer never came to what may not be repeated', () => {
    const lost: RunEvent = {
      type: 'ActionOutcomeUnknown',
      data: {
        ...attemptOf('a'),
        resolution: 'fail',
        failure: { code: 'timeout', message: 'No answer.' },
        at,
      },
    };
    expect(next(plan, after(requested, lost, succeeded('b')), at)).toMatchObject({
      conclude: {
        type: 'RunFailed',
        data: {
          failure: {
            code: 'outcome-unknown',
            message: expect.stringMatching(/^No answer\. Check at the receiver/),
            details: { cause: 'timeout' },
          },
        },
      },
    });
  });

  it('has nothing to do before it was requested and after it ended', () => {
    const ended: RunEvent = {
      type: 'RunSucceeded',
      data: { workflowId: 'wkfl_1', eventType: 'manual', testMode: false, at },
    };
    expect(next(plan, noRun, at)).toEqual({ idle: 'absent' });
    expect(next(plan, after(requested, ended), at)).toEqual({ idle: 'ended' });
  });

  it('succeeds at once where the plan has no actions', () => {
    expect(next(aPlan(), after(requested), at)).toMatchObject({ conclude: { type: 'RunSucceeded' } });
  });
});

describe('taking over a run from a process that died', () => {
  it('declares every action under way unknown, and tries again what may be repeated', () => {
    const plan = aPlan([anAction('read'), anAction('send', { method: 'post' })]);
    const run = after(requested, started('read'), started('send'));
    const unknowns = takeOver(plan, run, at);
    expect(unknowns.map(({ data }) => [data.slug, data.resolution])).toEqual([
      ['read', 'retry'],
      ['send', 'fail'],
    ]);
    const resumed = unknowns.reduce(evolveRun, run);
    expect(next(plan, resumed, at)).toMatchObject({ perform: [{ attempt: { slug: 'read', attempt: 2 } }] });
  });

  it('leaves what has an outcome alone', () => {
    const plan = aPlan([anAction('a')], [anAction('b')]);
    expect(takeOver(plan, after(requested, started('a'), succeeded('a')), at)).toEqual([]);
  });

  it('never sends a second time what may not be repeated', () => {
    const plan = aPlan([anAction('send', { method: 'post' })]);
    expect(next(plan, after(requested, started('send'), unknown('send', 'fail')), at)).toMatchObject({
      conclude: { type: 'RunFailed', data: { failure: { code: 'outcome-unknown', action: 'send' } } },
    });
  });
});
