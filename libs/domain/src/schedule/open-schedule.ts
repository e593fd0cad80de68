import type { Refusal } from '../definition/refusal.ts';
import { parseCron } from './cron.ts';
import { defaultDstPolicy, occurrencesAfter, type Occurrence } from './occurrences.ts';
import type { Schedule } from './schedule.ts';
import { zoneOf, type Transition } from './zone.ts';

/** A schedule that can be read. */
export type OpenSchedule = Readonly<{
  schedule: Schedule;
  /** Its slots strictly behind an instant (ms), from its start to its end, in the order of time. */
  slotsAfter: (afterMs: number) => Generator<Occurrence, undefined>;
  /** When the clocks of its place change, from one instant to another. */
  clockChanges: (fromMs: number, untilMs: number) => readonly Transition[];
}>;

/** What is wrong names its field: `schedule`, or that of the policy. */
export const openSchedule = (schedule: Schedule): OpenSchedule | { readonly refused: readonly Refusal[] } => {
  const cron = parseCron(schedule.expression);
  const zone = zoneOf(schedule.timezone);
  if ('refused' in cron || 'refused' in zone) {
    return { refused: [cron, zone].flatMap((part) => ('refused' in part ? [part.refused] : [])) };
  }
  const asCron = defaultDstPolicy(cron);
  const dst = { gap: schedule.dstGap ?? asCron.gap, repeat: schedule.dstRepeat ?? asCron.repeat };
  const startMs = schedule.startsAt === null ? -Infinity : Date.parse(schedule.startsAt) - 1;
  const endMs = schedule.endsAt === null ? Infinity : Date.parse(schedule.endsAt);
  const slotsAfter = function* (afterMs: number): Generator<Occurrence, undefined> {
    for (const occurrence of occurrencesAfter(cron, zone, dst, Math.max(afterMs, startMs))) {
      if (occurrence.atMs >= endMs) return undefined;
      yield occurrence;
    }
    return undefined;
  };
  return { schedule, slotsAfter, clockChanges: zone.changesBetween };
};
