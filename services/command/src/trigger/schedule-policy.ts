import type { SchedulePolicyInput } from '@karrio/contracts';
import {
  defaultSchedulePolicy,
  openSchedule,
  refusal,
  type Refusal,
  type SchedulePolicy,
  type TriggerDefinition,
} from '@karrio/domain';
import { pick } from '../definition/pick.ts';

/** Absent keeps what is, null takes the default. */
export const schedulePolicyOf = (
  given: SchedulePolicyInput | null | undefined,
  before: SchedulePolicy | null,
): SchedulePolicy | null => {
  if (!given) return given === null ? null : before;
  const known = before ?? defaultSchedulePolicy;
  return {
    timezone: given.timezone ?? known.timezone,
    dstGap: pick(given.dstGap, known.dstGap),
    dstRepeat: pick(given.dstRepeat, known.dstRepeat),
    overlapPolicy: given.overlapPolicy ?? known.overlapPolicy,
    catchUpPolicy: given.catchUpPolicy ?? known.catchUpPolicy,
    catchUpWindowMs: given.catchUpWindowMs ?? known.catchUpWindowMs,
    jitterMs: given.jitterMs ?? known.jitterMs,
    startsAt: pick(given.startsAt, known.startsAt),
    endsAt: pick(given.endsAt, known.endsAt),
  };
};

/** Of a scheduled trigger: an expression that cannot be read, a place that there is not, a time that never comes. */
export const scheduleProblems = (
  { triggerType, schedule, schedulePolicy }: TriggerDefinition,
  at: string,
): readonly Refusal[] => {
  if (triggerType !== 'scheduled') return [];
  if (schedule === null) {
    const message =
      'Say when: a cron expression such as 0 9 * * MON-FRI (minute hour day-of-month month day-of-week), or @daily.';
    return [refusal('invalid', 'schedule', message)];
  }
  const policy = schedulePolicy ?? defaultSchedulePolicy;
  const opened = openSchedule({ ...policy, expression: schedule });
  const refusals = 'refused' in opened ? opened.refused : [];
  const problems = refusals.map((problem) =>
    problem.field === 'schedule' ? problem : { ...problem, field: `schedule_policy.${problem.field}` },
  );
  const { startsAt, endsAt } = policy;
  if (startsAt !== null && endsAt !== null && Date.parse(startsAt) >= Date.parse(endsAt)) {
    const message = `It would end (${endsAt}) before it starts (${startsAt}); give a later end, or none.`;
    return [...problems, refusal('invalid', 'schedule_policy.ends_at', message)];
  }
  if ('refused' in opened || opened.slotsAfter(Date.parse(at)).next().done !== true) return problems;
  const message =
    'It has no time left to come: see day and month of the expression, and schedule_policy.ends_at.';
  return [...problems, refusal('invalid', 'schedule', message)];
};
