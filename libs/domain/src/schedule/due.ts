import type { Occurrence } from './occurrences.ts';
import type { SchedulePolicy } from './schedule.ts';

/** Why a slot started no run. `superseded`: a later one took its place in the queue. */
export const skipReasons = ['clock-change', 'missed', 'paused', 'overlap', 'superseded'] as const;
export type SkipReason = (typeof skipReasons)[number];

/** What became of slots: each that started a run, and rows of those that did not. */
export type SlotDecision =
  | { readonly fire: Occurrence; readonly kind: 'on-time' | 'caught-up' | 'queued' }
  | { readonly skip: Skipped }
  /** Its turn comes when the open run has ended. */
  | { readonly queue: Occurrence };

/** Slots in a row that were skipped for the same reason: a schedule of seconds may miss thousands. */
export type Skipped = Readonly<{ first: Occurrence; last: Occurrence; count: number; why: SkipReason }>;

export type TriggerState = Readonly<{
  /** Every slot up to this instant is decided. */
  decidedMs: number;
  queued: Occurrence | undefined;
  hasOpenRun: boolean;
  isPaused: boolean;
}>;

/** A slot noticed later than this was missed, not merely late. */
const lateMs = 60_000;

/**
 * What becomes of the slots that are due. `slots` are those behind `decidedMs`, up to now. A slot is decided once:
 * whoever asks again with the state that follows gets nothing for it.
 */
export const decideDue = (
  policy: SchedulePolicy,
  state: TriggerState,
  slots: readonly Occurrence[],
  nowMs: number,
): readonly SlotDecision[] => {
  const judged = judgeSlots(policy, state, slots, nowMs);
  return gathered(
    policy.overlapPolicy === 'allow' || policy.overlapPolicy === 'cancel_running'
      ? [...released(state), ...judged]
      : inTurn(policy, state, judged),
  );
};

type Skip = Readonly<{ slot: Occurrence; why: SkipReason }>;
type Fire = Extract<SlotDecision, { readonly fire: unknown }>;
type Judged = Fire | Skip;

/** A queue that is no longer wanted, since the policy was changed, is emptied. */
const released = ({ queued }: TriggerState): readonly Fire[] =>
  queued ? [{ fire: queued, kind: 'queued' }] : [];

const judgeSlots = (
  { catchUpPolicy, catchUpWindowMs, jitterMs }: SchedulePolicy,
  { isPaused }: TriggerState,
  slots: readonly Occurrence[],
  nowMs: number,
): readonly Judged[] => {
  const isMissed = ({ atMs }: Occurrence) => nowMs - atMs > lateMs + jitterMs;
  const isKept = ({ atMs }: Occurrence) => nowMs - atMs <= catchUpWindowMs;
  const lastMissed = slots.findLast((slot) => slot.runs && isMissed(slot) && isKept(slot));
  return slots.map((slot): Judged => {
    if (!slot.runs) return { slot, why: 'clock-change' };
    if (isPaused) return { slot, why: 'paused' };
    if (!isMissed(slot)) return { fire: slot, kind: 'on-time' };
    const isCaughtUp =
      isKept(slot) && (catchUpPolicy === 'all' || (catchUpPolicy === 'last' && slot === lastMissed));
    return isCaughtUp ? { fire: slot, kind: 'caught-up' } : { slot, why: 'missed' };
  });
};

type Decision = Judged | { readonly queue: Occurrence };

/** One run at a time: the first takes the turn if it is free, the others are skipped, or the last of them waits. */
const inTurn = (
  { overlapPolicy }: SchedulePolicy,
  state: TriggerState,
  judged: readonly Judged[],
): readonly Decision[] => {
  const before = turnOfQueued(overlapPolicy, state);
  const decisions: Decision[] = [...before.decisions];
  let { isTaken, waiting } = before;
  let newlyQueued: Occurrence | undefined;
  for (const one of judged) {
    if (!('fire' in one)) {
      decisions.push(one);
    } else if (!isTaken) {
      decisions.push(one);
      isTaken = true;
    } else if (overlapPolicy === 'skip') {
      decisions.push({ slot: one.fire, why: 'overlap' });
    } else {
      if (waiting) decisions.push({ slot: waiting, why: 'superseded' });
      waiting = one.fire;
      newlyQueued = one.fire;
    }
  }
  if (newlyQueued) decisions.push({ queue: newlyQueued });
  return decisions;
};

/** What becomes of the slot that waited. */
const turnOfQueued = (
  overlapPolicy: SchedulePolicy['overlapPolicy'],
  { hasOpenRun, queued }: TriggerState,
): Readonly<{ decisions: readonly Decision[]; isTaken: boolean; waiting: Occurrence | undefined }> => {
  if (!queued) return { decisions: [], isTaken: hasOpenRun, waiting: undefined };
  if (!hasOpenRun)
    return { decisions: [{ fire: queued, kind: 'queued' }], isTaken: true, waiting: undefined };
  // The policy was changed while it waited.
  if (overlapPolicy === 'skip') {
    return { decisions: [{ slot: queued, why: 'overlap' }], isTaken: true, waiting: undefined };
  }
  return { decisions: [], isTaken: true, waiting: queued };
};

const gathered = (decisions: readonly Decision[]): readonly SlotDecision[] => {
  const rows: SlotDecision[] = [];
  for (const decision of decisions) {
    if (!('slot' in decision)) {
      rows.push(decision);
      continue;
    }
    const { slot, why } = decision;
    const before = rows.at(-1);
    if (before && 'skip' in before && before.skip.why === why) {
      rows[rows.length - 1] = { skip: { ...before.skip, last: slot, count: before.skip.count + 1 } };
    } else {
      rows.push({ skip: { first: slot, last: slot, count: 1, why } });
    }
  }
  return rows;
};
