import type { RunActionRow, RunRow } from '@karrio/read-model';
import { describe, expect, it } from 'vitest';
import { repeatedBy, resolutionOf } from './resolution.ts';

const since = '2026-01-01T00:00:00.000Z';
const unknown = {
  id: 'wevt_1',
  parked: { cause: 'outcome-unknown', message: 'm', action: 'pay', since },
} as const satisfies Pick<RunRow, 'id' | 'parked'>;
const faulty = { id: 'wevt_2', parked: { cause: 'executor-failed', message: 'm', since } } as const;

describe('resolving a parked run', () => {
  it.each(['retry', 'failed', 'succeeded'] as const)('as %s settles what it is parked for', (as) => {
    expect(resolutionOf(unknown, as, 'Asked')).toEqual({
      name: 'settle_run_action',
      input: { id: 'wevt_1', action: 'pay', as, note: 'Asked' },
    });
  });

  it('as cancel discards it, for the reason that the note says', () => {
    const command = { name: 'cancel_run', input: { id: 'wevt_1', reason: 'Old' } };
    expect(resolutionOf(unknown, 'cancel', 'Old')).toEqual(command);
  });

  it('lets one go on that a fault of the engine stopped, and settles nothing of it', () => {
    expect(resolutionOf(faulty, 'retry', null)).toEqual({ name: 'redrive_run', input: { id: 'wevt_2' } });
    expect(resolutionOf(faulty, 'succeeded', null)).toMatchObject({ errors: [{ field: 'as' }] });
  });
});

it('a run that waits for a rate decision is not resolved but by that decision, or discarded', () => {
  const parked = { cause: 'rate-held', message: 'm', action: 'choose', since } as const;
  for (const as of ['retry', 'failed', 'succeeded'] as const) {
    expect(resolutionOf({ id: 'wevt_3', parked }, as, null)).toMatchObject({
      errors: [{ field: 'as', messages: [expect.stringContaining('settle_rate_decision')] }],
    });
  }
  expect(resolutionOf({ id: 'wevt_3', parked }, 'cancel', null)).toMatchObject({ name: 'cancel_run' });
});

describe('a preview', () => {
  const anAttempt = (over: Partial<RunActionRow>): RunActionRow => ({
    run_id: 'wevt_1',
    slug: 'pay',
    attempt: 1,
    org_id: 'org_1',
    action_id: 'wact_1',
    action_type: 'http_request',
    step_order: 1,
    status: 'outcome_unknown',
    request: { method: 'post', url: 'http://shop.test/pay', headers: {}, body: null },
    response: null,
    output: null,
    passed: null,
    failure: null,
    started_at: since,
    ended_at: since,
    revision: 3,
    ...over,
  });

  it('names the request that would be sent again, and no other', () => {
    const settledBefore = anAttempt({});
    const open = anAttempt({ attempt: 2 });
    const other = anAttempt({ slug: 'ship' });
    const done = anAttempt({ slug: 'look', status: 'success' });
    expect(repeatedBy('retry', unknown, [settledBefore, open, other, done])).toEqual([
      { action: 'pay', method: 'post', url: 'http://shop.test/pay' },
    ]);
    expect(repeatedBy('failed', unknown, [open])).toEqual([]);
  });
});
