import { describe, expect, it } from 'vitest';
import { controlRun, type RunControl } from './control.ts';
import type { RunEvent } from './event.ts';
import { parkDeferred } from './interpreter.ts';
import { evolveRun, noRun } from './state.ts';

const at = '2026-11-22T09:00:00.000Z';
const who = { by: 'ann', at };
const attempt = {
  slug: 'a',
  actionId: 'wact_a',
  actionType: 'http_request',
  order: 1,
  attempt: 1,
} as const;
const end = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false, at } as const;
const requested: RunEvent = {
  type: 'RunRequested',
  data: { ...end, planHash: 'h', parameters: {} },
};
const request = { method: 'POST', url: 'u', headers: {}, body: null };
const started: RunEvent = { type: 'ActionStarted', data: { ...attempt, request, idempotencyKey: 'k', at } };
const unknown: RunEvent = { type: 'ActionOutcomeUnknown', data: { ...attempt, resolution: 'park', at } };
const parkedFor = (cause: 'outcome-unknown' | 'executor-failed'): RunEvent => ({
  type: 'RunParked',
  data: { cause, message: 'x', action: 'a', at },
});

const after = (...events: RunEvent[]) => events.reduce(evolveRun, noRun);
const types = (state: ReturnType<typeof after>, control: RunControl) => {
  const decision = controlRun(state, control);
  return 'accepted' in decision ? decision.accepted.map(({ type }) => type) : decision.rejected.message;
};
const cancel = { ...who, type: 'Cancel', reason: 'wrong' } as const;

describe('settling an action of a run that is parked for another one', () => {
  it('lets the run go on, so that it is parked again for what is still open', () => {
    const settled: RunEvent = {
      type: 'ActionSettled',
      data: { ...attempt, slug: 'b', as: 'failed', ...who },
    };
    expect(after(requested, parkedFor('outcome-unknown'), settled)).toMatchObject({ parked: undefined });
  });
});

describe('a run with an action that waits for a decision', () => {
  const deferred: RunEvent = {
    type: 'ActionDeferred',
    data: { ...attempt, output: { json: {} }, message: 'Settle rdec_1.', startedAt: at, at },
  };
  const open = after(requested, started, deferred);

  it('goes on when it is told to, also in the moment before it is parked', () => {
    expect(types(open, { ...who, type: 'Redrive' })).toEqual(['RunRedriven']);
    const parked = evolveRun(open, parkDeferred('a', 'm', at));
    expect(types(parked, { ...who, type: 'Redrive' })).toEqual(['RunRedriven']);
    expect(types(after(requested, started), { ...who, type: 'Redrive' })).toEqual([]);
  });

  it('is not settled by hand: the refusal says which decision is', () => {
    expect(types(open, { ...who, type: 'Settle', attempt, as: 'succeeded' })).toContain('Settle rdec_1.');
  });

  it('is cancelled at once', () => {
    expect(types(open, cancel)).toEqual(['RunCancelRequested', 'RunCancelled']);
  });
});

describe('cancelling a run', () => {
  it('ends it at once where nothing is under way', () => {
    expect(types(after(requested), cancel)).toEqual(['RunCancelRequested', 'RunCancelled']);
  });

  it('leaves the end to the executor where a request is under way', () => {
    expect(types(after(requested, started), cancel)).toEqual(['RunCancelRequested']);
  });

  it('twice has the effect of once', () => {
    const asked: RunEvent = { type: 'RunCancelRequested', data: who };
    expect(types(after(requested, started, asked), cancel)).toEqual([]);
    expect(types(after(requested, { type: 'RunCancelled', data: { ...end, by: 'ann' } }), cancel)).toEqual(
      [],
    );
  });

  it('that has ended is refused with how it ended', () => {
    expect(types(after(requested, { type: 'RunSucceeded', data: end }), cancel)).toContain('success');
  });

  it('that never was is refused', () => {
    expect(types(noRun, cancel)).toContain('No workflow event');
  });
});

describe('holding a run', () => {
  const paused: RunEvent = { type: 'RunPaused', data: who };

  it('and letting it go have the effect of once', () => {
    expect(types(after(requested), { ...who, type: 'Pause' })).toEqual(['RunPaused']);
    expect(types(after(requested, paused), { ...who, type: 'Pause' })).toEqual([]);
    expect(types(after(requested, paused), { ...who, type: 'Resume' })).toEqual(['RunResumed']);
    expect(types(after(requested), { ...who, type: 'Resume' })).toEqual([]);
  });
});

describe('a parked run', () => {
  it('goes on where its executors had failed', () => {
    const run = after(requested, parkedFor('executor-failed'));
    expect(types(run, { ...who, type: 'Redrive' })).toEqual(['RunRedriven']);
  });

  it('does not simply go on where an outcome is unknown', () => {
    const run = after(requested, started, unknown, parkedFor('outcome-unknown'));
    expect(types(run, { ...who, type: 'Redrive' })).toContain('settle the action');
  });

  it.each(['succeeded', 'failed', 'retry'] as const)('goes on with its action settled: %s', (as) => {
    const run = after(requested, started, unknown, parkedFor('outcome-unknown'));
    const decision = controlRun(run, { ...who, type: 'Settle', attempt, as });
    expect(decision).toMatchObject({
      accepted: [{ type: 'ActionSettled', data: { as, by: 'ann', attempt: 1 } }],
    });
    const settled = 'accepted' in decision ? decision.accepted : [];
    expect(settled.reduce(evolveRun, run)).toMatchObject({ parked: undefined });
  });

  it('keeps the other actions out of reach', () => {
    expect(types(after(requested, started), { ...who, type: 'Settle', attempt, as: 'failed' })).toContain(
      'is not open',
    );
  });

  it('takes an output only with a success', () => {
    const run = after(requested, started, unknown);
    const control = { ...who, type: 'Settle', attempt, as: 'failed', output: { json: 1 } } as const;
    expect(types(run, control)).toContain('output');
  });
});
