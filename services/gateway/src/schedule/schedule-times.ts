import {
  defaultSchedulePolicy,
  offsetOf,
  openSchedule,
  type OpenSchedule,
  type SchedulePolicy,
} from '@karrio/domain';

export type TimedTrigger = Readonly<{
  id: string;
  schedule: string | null;
  schedule_policy: SchedulePolicy | null;
}>;

type Opened = Readonly<{ opened: OpenSchedule; offsetMs: number }>;

/** Undefined where there is none that can be read. */
const openOf = ({ id, schedule, schedule_policy }: TimedTrigger): Opened | undefined => {
  if (schedule === null) return undefined;
  const policy = schedule_policy ?? defaultSchedulePolicy;
  const opened = openSchedule({ ...policy, expression: schedule });
  return 'refused' in opened ? undefined : { opened, offsetMs: offsetOf(id, policy.jitterMs) };
};

/** A slot without a run is passed over; of none that has one, no more are looked at. */
const slotsMax = 1_000;

/** When the schedule starts a run next (ISO), its jitter included; undefined where it has ended. */
export const nextRunAt = (trigger: TimedTrigger, nowMs: number): string | undefined => {
  const found = openOf(trigger);
  if (!found) return undefined;
  const { opened, offsetMs } = found;
  let seen = 0;
  for (const { atMs, runs } of opened.slotsAfter(nowMs - offsetMs)) {
    if (runs) return new Date(atMs + offsetMs).toISOString();
    if (++seen >= slotsMax) return undefined;
  }
  return undefined;
};

/** Whether a slot has come by now that nothing was decided about; those up to `decidedMs` are. */
export const isDue = (trigger: TimedTrigger, decidedMs: number, nowMs: number): boolean => {
  const found = openOf(trigger);
  const next = found?.opened.slotsAfter(decidedMs).next().value;
  return found !== undefined && next !== undefined && next.atMs + found.offsetMs <= nowMs;
};
