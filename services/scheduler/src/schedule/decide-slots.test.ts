import { expect, it } from 'vitest';
import { decideSlots } from './decide-slots.ts';
import { aTimeline, iso } from './timed-triggers.fixture.ts';
import { createTimedTriggers } from './timed-triggers.ts';

it('a ledger says when a slot was decided, also where another scheduler had been left to decide it first', () => {
  const beginMs = Date.UTC(2026, 10, 22, 9, 0, 30);
  const trigger = aTimeline(beginMs, { schedule: '* * * * *' }).trigger();
  if (!trigger) throw new Error('there is no trigger');
  const dueMs = beginMs + 30_000;
  const events = decideSlots(trigger, dueMs, createTimedTriggers().open, dueMs + 3_000);
  expect(events).toMatchObject([
    { type: 'OccurrenceFired', data: { slot: { dueAt: iso(dueMs) }, at: iso(dueMs + 3_000) } },
  ]);
});
