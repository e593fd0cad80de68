import { expect, it } from 'vitest';
import { openSchedule } from './open-schedule.ts';
import { defaultSchedulePolicy, type Schedule } from './schedule.ts';

const schedule: Schedule = { ...defaultSchedulePolicy, expression: '0 9 * * *', timezone: 'Europe/Berlin' };
const fieldsOf = (over: Partial<Schedule>) => {
  const opened = openSchedule({ ...schedule, ...over });
  return 'refused' in opened ? opened.refused.map(({ field }) => field) : 'none';
};

it('names each field that cannot be read, alone or with the other', () => {
  expect(fieldsOf({})).toBe('none');
  expect(fieldsOf({ expression: '0 25 * * *' })).toEqual(['schedule']);
  expect(fieldsOf({ timezone: 'Europe/Atlantis' })).toEqual([expect.stringContaining('timezone')]);
  expect(fieldsOf({ expression: '0 25 * * *', timezone: 'Europe/Atlantis' })).toHaveLength(2);
});

it('has its slots from its start on, and before its end', () => {
  const opened = openSchedule({
    ...schedule,
    startsAt: '2026-11-02T08:00:00.000Z',
    endsAt: '2026-11-04T08:00:00.000Z',
  });
  if ('refused' in opened) throw new Error('refused');
  const days = [...opened.slotsAfter(0)].map(({ atMs }) => new Date(atMs).toISOString());
  expect(days).toEqual(['2026-11-02T08:00:00.000Z', '2026-11-03T08:00:00.000Z']);
});
