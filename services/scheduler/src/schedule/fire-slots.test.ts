import { RevisionConflict } from '@karrio/event-store-client';
import { counter, createLogger, histogram } from '@karrio/telemetry';
import { expect, it } from 'vitest';
import { createFireSlots } from './fire-slots.ts';
import { aTimeline } from './timed-triggers.fixture.ts';

const minute = 60_000;
const beginMs = Date.UTC(2026, 10, 23, 8, 30);

it.each([
  ['another scheduler has written first', 300, new RevisionConflict('schedule-wtrg_1', -1, 0)],
  ['the store is away', 1_100, new Error('away')],
])('a slot that could not be decided as %s is looked at again soon', async (_, soonMs, error) => {
  const { triggers } = aTimeline(beginMs, { schedule: '* * * * *' });
  let nowMs = beginMs + minute;
  let tries = 0;
  const fireSlots = createFireSlots({
    store: {
      append: () => {
        tries++;
        return Promise.reject(error);
      },
      truncate: () => Promise.resolve(),
    },
    triggers: triggers(),
    linesKept: 100,
    now: () => nowMs,
    log: createLogger('test', 'silent'),
    slots: counter('test_slots_total', 'Of this test.'),
    lateSeconds: histogram('test_late_seconds', 'Of this test.'),
  });
  await fireSlots(nowMs);
  await fireSlots(nowMs);
  expect(tries).toBe(1);
  nowMs += soonMs;
  await fireSlots(nowMs);
  expect(tries).toBe(2);
});
