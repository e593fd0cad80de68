import { openSchedule, type OpenSchedule, type Schedule } from '@karrio/domain';
import type { Open } from './decide-slots.ts';

/** Reading one takes as long as finding ten slots, and many triggers have the same times. */
const rememberedMax = 20_000;

/** Schedules that were read, by what their slots depend on; undefined for one that cannot be. */
export const rememberSchedules = (): Open => {
  const known = new Map<string, OpenSchedule | undefined>();
  return (schedule: Schedule) => {
    const { expression, timezone, dstGap, dstRepeat, startsAt, endsAt } = schedule;
    const key = JSON.stringify([expression, timezone, dstGap, dstRepeat, startsAt, endsAt]);
    if (known.has(key)) return known.get(key);
    const opened = openSchedule(schedule);
    const readable = 'refused' in opened ? undefined : opened;
    if (known.size >= rememberedMax) known.clear();
    known.set(key, readable);
    return readable;
  };
};
