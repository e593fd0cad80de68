import { defaultSchedulePolicy, offsetOf, openSchedule } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { describeSchedule } from './describe-schedule.ts';
import { previewOf } from './preview.ts';
import { isDue, nextRunAt } from './schedule-times.ts';

const nowMs = Date.UTC(2026, 2, 28, 12);
const minute = 60_000;
const trigger = (schedule: string | null, policy: Partial<typeof defaultSchedulePolicy> | object = {}) => ({
  id: 'wtrg_1',
  schedule,
  schedule_policy: { ...defaultSchedulePolicy, ...policy },
});

describe('the next run of a trigger', () => {
  it('is the next slot by the clocks of its place', () => {
    expect(nextRunAt(trigger('0 9 * * *', { timezone: 'Asia/Tokyo' }), nowMs)).toBe(
      '2026-03-29T00:00:00.000Z',
    );
  });

  it('passes over what the change of the clocks leaves out', () => {
    const berlin = { timezone: 'Europe/Berlin', dstGap: 'skip' };
    expect(nextRunAt(trigger('30 2 * * *', berlin), nowMs)).toBe('2026-03-30T00:30:00.000Z');
  });

  it('comes as much later as its jitter says', () => {
    const jitterMs = 10 * minute;
    const offsetMs = offsetOf('wtrg_1', jitterMs);
    const next = nextRunAt(trigger('0 * * * *', { jitterMs }), nowMs);
    expect(next).toBe(new Date(nowMs + offsetMs).toISOString());
    expect(offsetMs).toBeGreaterThan(0);
  });

  it('is none where there is no schedule, or it has ended', () => {
    expect(nextRunAt(trigger(null), nowMs)).toBeUndefined();
    expect(nextRunAt(trigger('0 9 * * *', { endsAt: '2026-03-28T12:30:00.000Z' }), nowMs)).toBeUndefined();
  });
});

it('a trigger is due from the time of a slot until something is decided about it', () => {
  const hourly = trigger('0 * * * *');
  expect(isDue(hourly, nowMs - minute, nowMs - 1)).toBe(false);
  expect(isDue(hourly, nowMs - minute, nowMs)).toBe(true);
  expect(isDue(hourly, nowMs, nowMs)).toBe(false);
});

it('a preview tells what each change of the clocks within a year makes of the slots', () => {
  const opened = openSchedule({
    ...defaultSchedulePolicy,
    timezone: 'Europe/Berlin',
    expression: '30 2 * * *',
  });
  if ('refused' in opened) throw new Error('it can be read');
  const { slots, changes } = previewOf(opened, nowMs, 2);
  expect(slots).toMatchObject([
    { slot: '2026-03-29T02:30:00+01:00', dst: 'moved', runs: true },
    { slot: '2026-03-30T02:30:00+02:00', runs: true },
  ]);
  expect(changes.map((each) => each.slots.map(({ slot, dst, runs }) => [slot, dst, runs]))).toEqual([
    [['2026-03-29T02:30:00+01:00', 'moved', true]],
    [
      ['2026-10-25T02:30:00+02:00', 'first', true],
      ['2026-10-25T02:30:00+01:00', 'not-repeated', false],
    ],
    [['2027-03-28T02:30:00+01:00', 'moved', true]],
  ]);
});

it.each([
  ['0 9 * * MON-FRI', 'At 09:00, Monday through Friday (UTC)'],
  ['*/15 * * * *', 'Every 15 minutes (UTC)'],
  ['@daily', 'At 00:00 (UTC)'],
  ['30 0 9 * * *', 'At 09:00:30 (UTC)'],
  ['nonsense', undefined],
])('%s is said as %s', (expression, words) => {
  expect(describeSchedule(expression, 'UTC')).toBe(words);
});
