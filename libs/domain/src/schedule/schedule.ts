import type { GapPolicy, RepeatPolicy } from './occurrences.ts';

/** What happens to a slot that is due while a run of the same trigger is still open. */
export const overlapPolicies = ['allow', 'skip', 'queue_one', 'cancel_running'] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

/** What happens to slots that passed while nobody was there to see them. */
export const catchUpPolicies = ['none', 'last', 'all'] as const;
export type CatchUpPolicy = (typeof catchUpPolicies)[number];

/** What a scheduled trigger does where that is not plain. */
export type SchedulePolicy = Readonly<{
  /** An IANA name. */
  timezone: string;
  /** Null, here and below: as cron has it, by the kind of the expression. */
  dstGap: GapPolicy | null;
  dstRepeat: RepeatPolicy | null;
  overlapPolicy: OverlapPolicy;
  catchUpPolicy: CatchUpPolicy;
  /** Slots older than this are not caught up. */
  catchUpWindowMs: number;
  /** All slots of a trigger come later than their time by the same amount, this at most: not all triggers at once. */
  jitterMs: number;
  /** Slots from then on; null: from the trigger's beginning. */
  startsAt: string | null;
  /** Slots before then; null: without an end. */
  endsAt: string | null;
}>;

/** When a scheduled trigger starts runs. */
export type Schedule = SchedulePolicy & Readonly<{ expression: string }>;

export const defaultSchedulePolicy = {
  timezone: 'UTC',
  dstGap: null,
  dstRepeat: null,
  overlapPolicy: 'allow',
  catchUpPolicy: 'last',
  catchUpWindowMs: 86_400_000,
  jitterMs: 0,
  startsAt: null,
  endsAt: null,
} as const satisfies SchedulePolicy;
