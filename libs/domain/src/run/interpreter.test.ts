import { describe, expect, it } from 'vitest';
import type { UnknownResolution } from '../definition/action.ts';
import { anAction as plannedAction, aPlan as planOf } from '../plan/plan.fixture.ts';
import type { Plan, PlannedAction } from '../plan/plan.ts';
import type { RunEvent } from './event.ts';
import { abortCauseOf, next, parkDeferred, takeOver } from './interpreter.ts';
import { evolveRun, noRun } from './state.ts';

const at = '2026-11-22T09:00:00.000Z';

const anAction = (slug: string, override: Partial<PlannedAction> = {}) =>
  plannedAction({ id: `wact_${slug}`, slug, ...override });

const aPlan = (...orders: readonly (readonly PlannedAction[])[]) => planOf(orders);

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
const unknown = (slug: string, resolution: UnknownResolution): RunEvent => ({
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
});

describe('taking over a run from a process that died', () => {
  it('declares every action under way unknown, and tries again what may be repeated', () => {
    const plan = aPlan([anAction('read'), anAction('send', { method: 'post' })]);
    const run = after(requested, started('read'), started('send'));
    const unknowns = takeOver(plan, run, at);
    expect(unknowns.map(({ data }) => [data.slug, data.resolution])).toEqual([
      ['read', 'retry'],
      ['send', 'park'],
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

const later = (seconds: number) => new Date(Date.parse(at) + seconds * 1_000).toISOString();
const begun: RunEvent = { type: 'RunStarted', data: { at } };
const retryAt = (slug: string, seconds: number): RunEvent => ({
  type: 'ActionRetryScheduled',
  data: {
    ...attemptOf(slug),
    failure: { code: 'http-status', message: 'no' },
    dueAt: later(seconds),
    startedAt: at,
    at,
  },
});
const waiting = (slug: string, seconds: number): RunEvent => ({
  type: 'ActionWaiting',
  data: { ...attemptOf(slug), dueAt: later(seconds), at },
});

describe('time', () => {
  const plan = aPlan([anAction('a'), anAction('b')], [anAction('c')]);

  it('is waited for until the first of the actions is due', () => {
    const run = after(requested, retryAt('a', 20), retryAt('b', 10));
    expect(next(plan, run, at)).toEqual({ waitUntil: later(10) });
    expect(next(plan, run, later(10))).toMatchObject({ perform: [{ attempt: { slug: 'b', attempt: 2 } }] });
  });

  it('ends a wait action without another attempt', () => {
    const run = after(requested, succeeded('a'), waiting('b', 10));
    expect(next(plan, run, later(9))).toEqual({ waitUntil: later(10) });
    expect(next(plan, run, later(10))).toMatchObject({
      perform: [{ as: 'resume', attempt: { attempt: 1 } }],
    });
  });

  describe('that a workflow limits', () => {
    const limited = { ...plan, runTimeoutMs: 60_000 };
    const timedOut = { conclude: { type: 'RunFailed', data: { failure: { code: 'run-timed-out' } } } };

    it('ends the run, counted from its start', () => {
      expect(next(limited, after(requested, begun), later(59))).toMatchObject({ perform: [{}, {}] });
      expect(next(limited, after(requested, begun), later(60))).toMatchObject(timedOut);
    });

    it('does not begin to count before an executor took the run', () => {
      expect(next(limited, after(requested), later(3_600))).toMatchObject({ perform: [{}, {}] });
    });

    it('wakes the run at its end, where the next attempt is due later', () => {
      expect(next(limited, after(requested, begun, succeeded('a'), retryAt('b', 90)), at)).toEqual({
        waitUntil: later(60),
      });
    });

    it('leaves it to the next attempt to wake the run, where that is due before', () => {
      expect(next(limited, after(requested, begun, succeeded('a'), retryAt('b', 30)), at)).toEqual({
        waitUntil: later(30),
      });
    });

    it('gives up what is under way, and only then ends the run', () => {
      const run = after(requested, begun, started('a'));
      expect(abortCauseOf(limited, run, later(60))).toBe('run-timed-out');
      expect(next(limited, run, later(60))).toEqual({ idle: 'in-flight' });
    });

    it('does not count while the run is held', () => {
      const paused = [requested, begun, pausedBy('ann', 10), resumedBy('ann', 110)];
      expect(next(limited, after(...paused), later(159))).toMatchObject({ perform: [{}, {}] });
      expect(next(limited, after(...paused), later(160))).toMatchObject(timedOut);
      expect(next(limited, after(requested, begun, pausedBy('ann', 10)), later(300))).toEqual({
        idle: 'paused',
      });
    });
  });
});

const pausedBy = (by: string, seconds: number): RunEvent => ({
  type: 'RunPaused',
  data: { by, at: later(seconds) },
});
const resumedBy = (by: string, seconds: number): RunEvent => ({
  type: 'RunResumed',
  data: { by, at: later(seconds) },
});
const cancelled: RunEvent = { type: 'RunCancelRequested', data: { by: 'ann', reason: 'wrong order', at } };

describe('a person', () => {
  const plan = aPlan([anAction('a')], [anAction('b')]);

  it('holds a run between its actions, and lets it go on', () => {
    const held = [requested, started('a'), pausedBy('ann', 1)];
    expect(next(plan, after(...held), at)).toEqual({ idle: 'in-flight' });
    expect(next(plan, after(...held, succeeded('a')), at)).toEqual({ idle: 'paused' });
    const resumed = after(...held, succeeded('a'), resumedBy('ann', 2));
    expect(next(plan, resumed, at)).toMatchObject({ perform: [{ attempt: { slug: 'b' } }] });
  });

  it('cancels a run, once what is under way is given up', () => {
    const run = after(requested, started('a'), cancelled);
    expect(abortCauseOf(plan, run, at)).toBe('run-cancelled');
    expect(next(plan, run, at)).toEqual({ idle: 'in-flight' });
    const gone = evolveRun(run, {
      type: 'ActionCancelled',
      data: { ...attemptOf('a'), because: 'run-cancelled', startedAt: at, at },
    });
    expect(next(plan, gone, at)).toMatchObject({
      conclude: { type: 'RunCancelled', data: { by: 'ann', reason: 'wrong order' } },
    });
  });

  it('cancels a paused and a parked run, too', () => {
    const parked: RunEvent = { type: 'RunParked', data: { cause: 'executor-failed', message: 'x', at } };
    for (const holding of [pausedBy('ann', 1), parked]) {
      expect(next(plan, after(requested, holding, cancelled), at)).toMatchObject({
        conclude: { type: 'RunCancelled' },
      });
    }
  });
});

describe('an unknown outcome', () => {
  const plan = aPlan([anAction('a', { method: 'post' })], [anAction('b')]);
  const open = [requested, started('a'), unknown('a', 'park')];
  const settled = (as: 'succeeded' | 'failed' | 'retry'): RunEvent => ({
    type: 'ActionSettled',
    data: { ...attemptOf('a'), as, output: { json: { id: 7 } }, by: 'ann', at },
  });
  const probed = (verdict: 'happened' | 'not-happened' | 'unclear'): RunEvent => ({
    type: 'ActionProbed',
    data: { ...attemptOf('a'), verdict, output: { json: { id: 7 } }, startedAt: at, at },
  });

  it('parks the run until a person settles it', () => {
    const step = next(plan, after(...open), at);
    expect(step).toMatchObject({
      park: { type: 'RunParked', data: { cause: 'outcome-unknown', action: 'a' } },
    });
    if (!('park' in step)) return;
    const parked = after(...open, step.park);
    expect(next(plan, parked, at)).toEqual({ idle: 'parked' });
    const goesOn = (as: 'succeeded' | 'failed' | 'retry') => next(plan, evolveRun(parked, settled(as)), at);
    expect(goesOn('succeeded')).toMatchObject({ perform: [{ attempt: { slug: 'b' } }] });
    expect(goesOn('retry')).toMatchObject({ perform: [{ attempt: { slug: 'a', attempt: 2 } }] });
    expect(goesOn('failed')).toMatchObject({
      conclude: { type: 'RunFailed', data: { failure: { code: 'settled-as-failed', action: 'a' } } },
    });
  });

  it('is probed where the action says so, and goes on by what the receiver says', () => {
    const asked = [requested, started('a'), unknown('a', 'probe')];
    expect(next(plan, after(...asked), at)).toMatchObject({
      perform: [{ as: 'probe', attempt: { attempt: 1 } }],
    });
    const goesOn = (verdict: 'happened' | 'not-happened' | 'unclear') =>
      next(plan, after(...asked, probed(verdict)), at);
    expect(goesOn('happened')).toMatchObject({ perform: [{ attempt: { slug: 'b' } }] });
    expect(goesOn('not-happened')).toMatchObject({
      perform: [{ as: 'attempt', attempt: { slug: 'a', attempt: 2 } }],
    });
    expect(goesOn('unclear')).toMatchObject({ park: {} });
  });

  it('of an action that ends its tenth executor is a person’s matter', () => {
    const crash = aPlan([anAction('a')]);
    const [nth] = takeOver(crash, after(requested, started('a', 10)), at);
    expect(nth?.data.resolution).toBe('park');
  });
});

describe('an action whose outcome is a decision of a person', () => {
  const plan = aPlan([anAction('a'), anAction('b')], [anAction('c')]);
  const deferred: RunEvent = {
    type: 'ActionDeferred',
    data: { ...attemptOf('a'), output: { json: {} }, message: 'Ask Ann.', startedAt: at, at },
  };
  const open = [requested, started('a'), deferred];
  const redriven: RunEvent = { type: 'RunRedriven', data: { by: 'ann', at } };

  it('is asked for when nothing else of its order is to do, and again whenever the run goes on', () => {
    const ask = { perform: [{ as: 'ask', attempt: { slug: 'a', attempt: 1 } }] };
    expect(next(plan, after(...open), at)).toMatchObject({ perform: [{ attempt: { slug: 'b' } }] });
    expect(next(plan, after(...open, retryAt('b', 5)), at)).toEqual({ waitUntil: later(5) });
    const asked = [...open, succeeded('b')];
    expect(next(plan, after(...asked), at)).toMatchObject(ask);
    const parked = [...asked, parkDeferred('a', 'Ask Ann.', at)];
    expect(next(plan, after(...parked), at)).toEqual({ idle: 'parked' });
    expect(next(plan, after(...parked, redriven), at)).toMatchObject(ask);
    expect(next(plan, after(...parked, redriven, succeeded('a')), at)).toMatchObject({
      perform: [{ attempt: { slug: 'c' } }],
    });
  });

  it('keeps nobody from failing, or from stopping, a run that does so whatever is decided', () => {
    expect(next(plan, after(...open, failed('b')), at)).toMatchObject({ conclude: { type: 'RunFailed' } });
    expect(next(plan, after(...open, succeeded('b', false)), at)).toMatchObject({
      conclude: { type: 'RunAborted' },
    });
  });

  it('does not use up the time of its run', () => {
    const timed = { ...plan, runTimeoutMs: 60_000 };
    const parked = after(...open, succeeded('b'), parkDeferred('a', 'Ask Ann.', at));
    expect(next(timed, parked, later(3_600_000))).toEqual({ idle: 'parked' });
  });
});

describe('actions that run together', () => {
  const together = aPlan([anAction('a'), anAction('b')], [anAction('c')]);
  const cancelling = { ...together, onFailure: 'cancel' as const };

  it('finish where the workflow lets them, and a retry of one is waited for', () => {
    const run = after(requested, failed('a'), retryAt('b', 5));
    expect(abortCauseOf(together, run, at)).toBeUndefined();
    expect(next(together, run, at)).toEqual({ waitUntil: later(5) });
  });

  it('are given up with the first failure where the workflow says so', () => {
    const run = after(requested, started('a'), started('b'), failed('a'));
    expect(abortCauseOf(cancelling, run, at)).toBe('sibling-failed');
    expect(next(cancelling, after(requested, failed('a'), retryAt('b', 5)), at)).toMatchObject({
      conclude: { type: 'RunFailed', data: { failure: { action: 'a' } } },
    });
  });
});

it('an outcome that comes too late changes nothing', () => {
  const events = [requested, started('a'), unknown('a', 'retry'), started('a', 2)];
  const late: RunEvent = {
    type: 'ActionCompletedLate',
    data: { ...attemptOf('a'), succeeded: true, startedAt: at, at },
  };
  expect(after(...events, late)).toEqual(after(...events));
});
