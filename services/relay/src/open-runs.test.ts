import type { Recorded } from '@karrio/event-store-client';
import { describe, expect, it } from 'vitest';
import { createOpenRuns } from './open-runs.ts';

const aFact = (type: string, runId: string, position: bigint, data = {}): Recorded => ({
  type,
  data,
  id: `${runId}-${type}`,
  stream: `run-${runId}`,
  revision: 0,
  position,
  recordedAt: '2026-11-22T09:00:00.000Z',
  metadata: { org: 'org_1', actor: 'a', $correlationId: 'c', $causationId: 'c', schema: 1 },
});

/** Failed at 0. */
const aRetry = (runId: string, dueMs: number) =>
  aFact('ActionRetryScheduled', runId, 6n, {
    at: new Date(0).toISOString(),
    dueAt: new Date(dueMs).toISOString(),
  });

const settings = { wakeAfterMs: 1_000, wakeAgainMs: 30_000 };

describe('runs that have not ended', () => {
  it('are woken after a while, and again each time the interval has passed', () => {
    const runs = createOpenRuns(settings);
    runs.take(aFact('RunRequested', 'wevt_1', 5n), 0);
    expect(runs.due(999)).toEqual([]);
    expect(runs.due(1_000)).toMatchObject([{ runId: 'wevt_1', org: 'org_1', wakes: 0 }]);
    expect(runs.due(30_999)).toEqual([]);
    expect(runs.due(31_000)).toMatchObject([{ runId: 'wevt_1', wakes: 1 }]);
  });

  it('are woken when an attempt is due, and not before', () => {
    const runs = createOpenRuns(settings);
    runs.take(aFact('RunRequested', 'wevt_1', 5n), 0);
    runs.take(aRetry('wevt_1', 60_000), 10);
    expect(runs.due(59_999)).toEqual([]);
    // The first wake-up arrived, or it would not have moved: this one is another.
    expect(runs.due(60_000)).toMatchObject([{ runId: 'wevt_1', wakes: 1 }]);
    expect(runs.due(89_999)).toEqual([]);
    expect(runs.due(90_000)).toMatchObject([{ runId: 'wevt_1' }]);
  });

  it('are woken for each of several attempts, and as ever for a short wait', () => {
    const runs = createOpenRuns(settings);
    runs.take(aFact('RunRequested', 'wevt_1', 5n), 0);
    runs.take(aRetry('wevt_1', 50_000), 10);
    runs.take(aRetry('wevt_1', 20_000), 10);
    expect(runs.due(19_999)).toEqual([]);
    expect(runs.due(20_000)).toHaveLength(1);
    expect(runs.due(49_999)).toEqual([]);
    expect(runs.due(50_000)).toHaveLength(1);
    runs.take(aFact('RunRequested', 'wevt_2', 6n), 60_000);
    runs.take(aRetry('wevt_2', 1_500), 60_000);
    expect(runs.due(61_000)).toMatchObject([{ runId: 'wevt_2', wakes: 0 }]);
  });

  it.each(['RunSucceeded', 'RunFailed', 'RunAborted'])('are forgotten at %s', (end) => {
    const runs = createOpenRuns(settings);
    runs.take(aFact('RunRequested', 'wevt_1', 5n), 0);
    runs.take(aFact(end, 'wevt_1', 9n), 10);
    expect(runs.due(60_000)).toEqual([]);
    expect(runs.oldest()).toBeUndefined();
  });

  it('keep the position of the oldest, so that a restart finds all of them', () => {
    const runs = createOpenRuns(settings);
    runs.take(aFact('RunRequested', 'wevt_1', 5n), 0);
    runs.take(aFact('RunRequested', 'wevt_2', 8n), 0);
    expect(runs.oldest()).toBe(5n);
    runs.take(aFact('RunSucceeded', 'wevt_1', 9n), 0);
    expect(runs.oldest()).toBe(8n);
  });
});
