import type { FieldErrors } from '@karrio/contracts';
import { defaultSchedulePolicy, openSchedule } from '@karrio/domain';
import { describeSchedule } from './describe-schedule.ts';

export type Verdict = Readonly<{
  description: string | null;
  nextRunTimes: readonly string[] | null;
  errorMessage: string | null;
  errors: FieldErrors | null;
}>;

const timesShown = 5;

/** What is to be said of an expression before anybody saves it: what a trigger with it would be told. */
export const verdictOn = (expression: string, timezone: string, nowMs: number): Verdict => {
  const opened = openSchedule({ ...defaultSchedulePolicy, expression, timezone });
  if ('refused' in opened) {
    return refusedFor(
      opened.refused.map(({ field, message }) => ({
        field: field === 'schedule' ? 'expression' : field,
        messages: [message],
      })),
    );
  }
  const times: string[] = [];
  for (const { atMs, runs } of opened.slotsAfter(nowMs)) {
    if (runs) times.push(new Date(atMs).toISOString());
    if (times.length === timesShown) break;
  }
  if (times.length === 0) {
    const message = 'It never comes: see its day and month.';
    return refusedFor([{ field: 'expression', messages: [message] }]);
  }
  return {
    description: describeSchedule(expression.trim(), timezone) ?? null,
    nextRunTimes: times,
    errorMessage: null,
    errors: null,
  };
};

const refusedFor = (errors: FieldErrors): Verdict => ({
  description: null,
  nextRunTimes: null,
  errorMessage: errors.flatMap(({ messages }) => messages).join(' '),
  errors,
});
