import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultHttpPolicy, type HttpMethod, type RetryPolicy } from '../definition/action.ts';
import { afterFailure, type Recovery } from './retry.ts';

const at = '2026-11-22T09:00:00.000Z';
const failedAt = (attempt: number) => ({
  slug: 'a',
  actionId: 'wact_a',
  actionType: 'http_request' as const,
  order: 1,
  attempt,
  failure: { code: 'connection-refused', message: 'Nothing answers.' },
  startedAt: at,
  at,
});

type Given = { attempt?: number; method?: HttpMethod; retry?: RetryPolicy; chance?: number };

const after = (recovery: Recovery | undefined, given: Given = {}) => {
  const { attempt = 1, method = 'get', retry = null, chance = 0.5 } = given;
  return afterFailure({ method, http: { ...defaultHttpPolicy, retry } }, failedAt(attempt), recovery, chance);
};
const delayMs = (recovery: Recovery, given: Given = {}): number | undefined => {
  const event = after(recovery, given);
  return event.type === 'ActionRetryScheduled' ? Date.parse(event.data.dueAt) - Date.parse(at) : undefined;
};
const methods: readonly HttpMethod[] = ['get', 'post', 'put', 'patch', 'delete'];

describe('a failed attempt', () => {
  it.each(methods)('of a %s that never arrived is made again', (method) => {
    expect(after({ again: 'safe' }, { method }).type).toBe('ActionRetryScheduled');
  });

  it.each([
    ['get', 'ActionRetryScheduled'],
    ['put', 'ActionRetryScheduled'],
    ['delete', 'ActionRetryScheduled'],
    ['post', 'ActionOutcomeUnknown'],
    ['patch', 'ActionOutcomeUnknown'],
  ] as const)('of a %s whose answer never came is an %s', (method, type) => {
    expect(after({ again: 'unsure' }, { method }).type).toBe(type);
    const over = { attempt: 4, method };
    expect(after({ again: 'unsure' }, over).type).toBe(
      type === 'ActionOutcomeUnknown' ? type : 'ActionFailed',
    );
  });

  it('that no repetition mends is final', () => {
    expect(after(undefined)).toEqual({ type: 'ActionFailed', data: failedAt(1) });
  });

  it('keeps everything that is known of it, and when the next is due', () => {
    expect(after({ again: 'safe' })).toEqual({
      type: 'ActionRetryScheduled',
      data: { ...failedAt(1), dueAt: '2026-11-22T09:00:01.000Z' },
    });
  });

  it('is followed by three more at most, each after twice the time', () => {
    expect([1, 2, 3, 4].map((attempt) => delayMs({ again: 'safe' }, { attempt }))).toEqual([
      1_000,
      2_000,
      4_000,
      undefined,
    ]);
  });

  it('waits as long as the server asks, and fails where that is over an hour', () => {
    expect(delayMs({ again: 'safe', afterMs: 120_000 })).toBe(120_000);
    expect(delayMs({ again: 'safe', afterMs: 10 })).toBe(1_000);
    expect(after({ again: 'safe', afterMs: 3_600_001 }).type).toBe('ActionFailed');
  });

  it('of an action with a policy of its own follows that', () => {
    const retry = { retriesMax: 1, baseDelayMs: 50, delayMsMax: 60, statuses: [] };
    expect([1, 2].map((attempt) => delayMs({ again: 'safe' }, { attempt, retry }))).toEqual([50, undefined]);
    expect(after({ again: 'safe' }, { retry: { ...retry, retriesMax: 0 } }).type).toBe('ActionFailed');
  });

  it('waits a quarter more or less than its time, and never beyond the cap', () => {
    const policy = fc.record({
      retriesMax: fc.constant(20),
      baseDelayMs: fc.integer({ min: 1, max: 10_000 }),
      delayMsMax: fc.integer({ min: 1, max: 100_000 }),
      statuses: fc.constant([]),
    });
    const chances = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 20 }), chances, (retry, attempt, chance) => {
        const delay = delayMs({ again: 'safe' }, { attempt, retry, chance }) ?? 0;
        const doubled = retry.baseDelayMs * 2 ** (attempt - 1);
        expect(delay).toBeLessThanOrEqual(Math.min(retry.delayMsMax, Math.ceil(doubled * 1.25)));
        expect(delay).toBeGreaterThanOrEqual(Math.min(retry.delayMsMax, Math.floor(doubled * 0.75)));
      }),
    );
  });
});
