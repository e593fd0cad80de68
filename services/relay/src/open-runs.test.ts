import type { Recorded } from '@karrio/event-store-client';
import { describe, expect, it } from 'vitest';
import { createOpenRuns } from './open-runs.ts';

const aFact = (type: string, runId: string, position: bigint): Recorded => ({
  type,
  data: {},
  id: `${runId}-${type}`,
  stream: `run-${runId}`,
  revision: 0,
  position,
  recordedAt: '2026-11-22T09:00:00.000Z',
  metadata: { org: 'org_1', actor: 'a', $correlationId: 'c', $causationId: 'c', schema: 1 },
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
