import type { Occurrence } from './occurrences.ts';
import type { SchedulePolicy } from './schedule.ts';

/** Why a slot started no run. `superseded`: a later one took its place. */
export const skipReasons = [
  'clock-change',
  'missed',
  'paused',
  'workflow-inactive',
  'overlap',
  'superseded',
  'deleted',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Why a trigger starts nothing for the time being. */
export type Withheld = Extract<SkipReason, 'paused' | 'workflow-inactive'>;

/** What became of slots: each that starts a run, and rows of those that do not. */
export type SlotDecision =
  | { readonly fire: Occurrence; readonly kind: 'on-time' | 'caught-up' | 'queued' }
  | { readonly skip: Skipped }
  /** Its turn comes when the open run has ended. */
  | { readonly queue: Occurrence };

/** Slots in a row that were skipped for the same reason: a schedule of seconds may miss thousands. */
export type Skipped = Readonly<{ first: Occurrence; last: Occurrence; count: number; why: SkipReason }>;

export type TriggerTurn = Readonly<{
  queued: Occurrence | undefined;
  hasOpenRun: boolean;
  withheld?: Withheld | undefined;
}>;

/** A slot noticed later than this was missed, not merely late. */
const lateMs = 60_000;

/** No more slots than this are caught up at once: the newest ones. */
const catchUpMax = 1_000;

/**
 * What becomes of the slots that are due: of each exactly once, and of the one that waited, once its turn comes.
 * `slots` are those up to now that nobody has decided, in the order of time.
 */
export const decideDue = (
  policy: SchedulePolicy,
  turn: TriggerTurn,
  slots: readonly Occurrence[],
  nowMs: number,
): readonly SlotDecision[] => {
  const judged = judgeSlots(policy, turn, slots, nowMs);
  const { queued, withheld } = turn;
  const released: readonly Judged[] = !queued
    ? []
    : [withheld === undefined ? { fire: queued, kind: 'queued' } : { slot: queued, why: withheld }];
  switch (policy.overlapPolicy) {
    case 'allow':
      return gathered([...released, ...judged]);
    case 'cancel_running':
      return gathered(lastOnly([...released, ...judged]));
    case 'skip':
    case 'queue_one':
      return gathered(inTurn(policy, turn, judged));
  }
};

type Skip = Readonly<{ slot: Occurrence; why: SkipReason }>;
type Fire = Extract<SlotDecision, { readonly fire: unknown }>;
type Judged = Fire | Skip;

const judgeSlots = (
  { catchUpPolicy, catchUpWindowMs }: SchedulePolicy,
  { withheld }: TriggerTurn,
  slots: readonly Occurrence[],
  nowMs: number,
): readonly Judged[] => {
  const isMissed = ({ atMs }: Occurrence) => nowMs - atMs > lateMs;
  const isKept = (slot: Occurrence) => slot.runs && isMissed(slot) && nowMs - slot.atMs <= catchUpWindowMs;
  const countMax = { none: 0, last: 1, all: catchUpMax }[catchUpPolicy];
  const kept = new Set(countMax === 0 ? [] : slots.filter(isKept).slice(-countMax));
  return slots.map((slot): Judged => {
    if (!slot.runs) return { slot, why: 'clock-change' };
    if (withheld !== undefined) return { slot, why: withheld };
    if (!isMissed(slot)) return { fire: slot, kind: 'on-time' };
    return kept.has(slot) ? { fire: slot, kind: 'caught-up' } : { slot, why: 'missed' };
  });
};

type Decision = Judged | { readonly queue: Occurrence };

/** Each would cancel the one before it: only the last begins. */
const lastOnly = (judged: readonly Judged[]): readonly Judged[] => {
  const last = judged.findLast((each) => 'fire' in each);
  return judged.map((each) =>
    'fire' in each && each !== last ? { slot: each.fire, why: 'superseded' } : each,
  );
};

/** One run at a time: the first takes the turn if it is free, the others are skipped, or the last of them waits. */
const inTurn = (
  { overlapPolicy }: SchedulePolicy,
  turn: TriggerTurn,
  judged: readonly Judged[],
): readonly Decision[] => {
  const before = turnOfQueued(overlapPolicy, turn);
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
  { hasOpenRun, queued, withheld }: TriggerTurn,
): Readonly<{ decisions: readonly Decision[]; isTaken: boolean; waiting: Occurrence | undefined }> => {
  if (!queued) return { decisions: [], isTaken: hasOpenRun, waiting: undefined };
  if (withheld !== undefined)
    return { decisions: [{ slot: queued, why: withheld }], isTaken: hasOpenRun, waiting: undefined };
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
