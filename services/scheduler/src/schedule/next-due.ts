import { offsetOf } from '@karrio/domain';
import type { Open } from './decide-slots.ts';
import type { Phase, TimedTrigger } from './timed-trigger.ts';

/** When there is something to decide (ms); 0: now; undefined: not until something happens. */
export const nextDue = (trigger: TimedTrigger, open: Open): number | undefined => {
  if (isTurnOfQueued(trigger)) return 0;
  for (const phase of trigger.phases) {
    const slotMs = nextSlot(trigger, phase, open);
    if (slotMs === undefined) continue;
    if (phase.withheld === null) return slotMs + offsetOf(trigger.id, phase.schedule.jitterMs);
    // What passed during a pause is told when the pause is over.
    return phase.untilMs === null ? undefined : 0;
  }
  return undefined;
};

/** Without what ended before any slot of it came: nothing will be decided about it. */
export const withoutEmptyPhases = (trigger: TimedTrigger, open: Open): TimedTrigger => {
  const phases = trigger.phases.filter(
    (phase) => phase.untilMs === null || nextSlot(trigger, phase, open) !== undefined,
  );
  return phases.length === trigger.phases.length ? trigger : { ...trigger, phases };
};

const isTurnOfQueued = ({ queued, phases, openRuns, pending }: TimedTrigger): boolean => {
  if (!queued) return false;
  const now = phases.at(-1);
  if (now?.withheld !== null || now.schedule.overlapPolicy !== 'queue_one') return true;
  return openRuns.length + pending.length === 0;
};

const nextSlot = ({ decidedMs }: TimedTrigger, phase: Phase, open: Open): number | undefined => {
  const next = open(phase.schedule)?.slotsAfter(Math.max(decidedMs, phase.fromMs)).next().value?.atMs;
  return next !== undefined && (phase.untilMs === null || next <= phase.untilMs) ? next : undefined;
};
