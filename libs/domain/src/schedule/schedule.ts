import type { DstPolicy } from './occurrences.ts';

/** What happens to a slot that is due while a run of the same trigger is still open. */
export const concurrencyPolicies = ['allow', 'skip', 'queue_one', 'cancel_running'] as const;
export type ConcurrencyPolicy = (typeof concurrencyPolicies)[number];

/** What happens to slots that passed while nobody was there to see them. */
export const catchUpPolicies = ['none', 'last', 'all'] as const;
export type CatchUpPolicy = (typeof catchUpPolicies)[number];

/** When a scheduled trigger starts runs, and what it does where that is not plain. */
export type Schedule = Readonly<{
  expression: string;
  timezone: string;
  /** Null: as cron has it, by the kind of the expression. */
  dst: DstPolicy | null;
  concurrency: ConcurrencyPolicy;
  catchUp: CatchUpPolicy;
  /** Slots older than this are not caught up. */
  catchUpWindowMs: number;
  /** Each slot starts this much later at most, always the same slot by the same amount. */
  jitterMs: number;
  startsAt: string | null;
  endsAt: string | null;
  isPaused: boolean;
}>;

export const defaultSchedulePolicy = {
  timezone: 'UTC',
  dst: null,
  concurrency: 'allow',
  catchUp: 'last',
  catchUpWindowMs: 86_400_000,
  jitterMs: 0,
  startsAt: null,
  endsAt: null,
  isPaused: false,
} as const satisfies Omit<Schedule, 'expression'>;
