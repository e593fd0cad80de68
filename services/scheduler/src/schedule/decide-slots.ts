import { derivedId } from '@karrio/contracts';
import {
  decideDue,
  offsetOf,
  type OccurrenceEvent,
  type OccurrenceSkipped,
  type Occurrence,
  type OpenSchedule,
  type RunSlot,
  type Schedule,
  type SkipReason,
  type SlotDecision,
  type TriggerTurn,
} from '@karrio/domain';
import { slotsBetween } from './slots-between.ts';
import type { Phase, TimedTrigger } from './timed-trigger.ts';

export type Open = (schedule: Schedule) => OpenSchedule | undefined;

/**
 * What happens to the slots of a trigger that are due by `nowMs`, as its ledger will have it. `decidedMs` is the time
 * of the decision, which is later where somebody else was left to decide first.
 */
export const decideSlots = (
  trigger: TimedTrigger,
  nowMs: number,
  open: Open,
  decidedMs = nowMs,
): readonly OccurrenceEvent[] => {
  const at = new Date(decidedMs).toISOString();
  if (trigger.phases.length === 0) return trigger.queued ? [deleted(trigger, trigger.queued, at)] : [];
  const events: OccurrenceEvent[] = [];
  let turn: TriggerTurn = {
    queued: trigger.queued ? occurrenceOf(trigger.queued) : undefined,
    hasOpenRun: trigger.openRuns.length + trigger.pending.length > 0,
  };
  for (const phase of trigger.phases) {
    const { passed, decisions } = decidePhase(trigger, phase, turn, nowMs, open);
    if (passed) events.push(skipped(trigger, { ...passed, isMore: true }, phase.withheld ?? 'missed', at));
    events.push(...decisions.map((decision) => eventOf(trigger, phase, decision, at)));
    turn = turnAfter(turn, decisions);
  }
  return events;
};

const decidePhase = (trigger: TimedTrigger, phase: Phase, turn: TriggerTurn, nowMs: number, open: Open) => {
  const { schedule, withheld, fromMs, untilMs } = phase;
  const opened = open(schedule);
  if (!opened) return { passed: undefined, decisions: [] };
  // Held back by its offset, the trigger lives so much later.
  const localMs = nowMs - offsetOf(trigger.id, schedule.jitterMs);
  const toMs = Math.min(localMs, untilMs ?? Infinity);
  // While it is paused its slots pass by; what became of them is told when it ends.
  const isPassing = withheld !== null && untilMs === null;
  const { passed, slots } = isPassing
    ? { passed: undefined, slots: [] }
    : slotsBetween(opened, Math.max(trigger.decidedMs, fromMs), toMs);
  const decisions = decideDue(schedule, { ...turn, withheld: withheld ?? undefined }, slots, localMs);
  return { passed, decisions };
};

const turnAfter = (turn: TriggerTurn, decisions: readonly SlotDecision[]): TriggerTurn => {
  let { queued, hasOpenRun } = turn;
  for (const decision of decisions) {
    if ('queue' in decision) queued = decision.queue;
    else if ('fire' in decision) hasOpenRun = true;
    const settled = 'fire' in decision ? decision.fire : 'skip' in decision ? decision.skip.first : undefined;
    if (settled !== undefined && settled.slot === queued?.slot) queued = undefined;
  }
  return { queued, hasOpenRun };
};

const eventOf = (
  trigger: TimedTrigger,
  { schedule }: Phase,
  decision: SlotDecision,
  at: string,
): OccurrenceEvent => {
  const { id, workflowId, openRuns, pending } = trigger;
  if ('queue' in decision)
    return { type: 'OccurrenceQueued', data: { workflowId, at, slot: slotOf(decision.queue) } };
  if ('skip' in decision) return skipped(trigger, decision.skip, decision.skip.why, at);
  const slot = slotOf(decision.fire);
  const open =
    schedule.overlapPolicy === 'cancel_running' ? [...openRuns, ...pending.map(({ runId }) => runId)] : [];
  const started = {
    workflowId,
    slot,
    runId: derivedId('run', id, slot.name),
    ...(open.length > 0 && { cancels: open }),
    at,
  };
  return decision.kind === 'caught-up'
    ? { type: 'OccurrenceCaughtUp', data: started }
    : { type: 'OccurrenceFired', data: { ...started, kind: decision.kind } };
};

const skipped = (
  { workflowId }: TimedTrigger,
  {
    first,
    last,
    count,
    isMore,
  }: Readonly<{ first: Occurrence; last: Occurrence; count: number; isMore?: true }>,
  why: SkipReason,
  at: string,
): OccurrenceSkipped => ({
  type: 'OccurrenceSkipped',
  data: { workflowId, first: slotOf(first), last: slotOf(last), count, ...(isMore && { isMore }), why, at },
});

const deleted = ({ workflowId }: TimedTrigger, slot: RunSlot, at: string): OccurrenceSkipped => ({
  type: 'OccurrenceSkipped',
  data: { workflowId, first: slot, last: slot, count: 1, why: 'deleted', at },
});

const slotOf = ({ slot, atMs }: Occurrence): RunSlot => ({ name: slot, dueAt: new Date(atMs).toISOString() });

const occurrenceOf = ({ name, dueAt }: RunSlot): Occurrence => ({
  slot: name,
  atMs: Date.parse(dueAt),
  runs: true,
});
