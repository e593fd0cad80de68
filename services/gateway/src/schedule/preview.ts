import type { Occurrence, OpenSchedule, Transition } from '@karrio/domain';

const yearMs = 366 * 86_400_000;
/** Of a schedule that comes each second, a change of the clocks has thousands. */
const slotsAtChangeMax = 100;

export type ChangeOfClocks = Readonly<{ change: Transition; slots: readonly Occurrence[] }>;
export type Preview = Readonly<{ slots: readonly Occurrence[]; changes: readonly ChangeOfClocks[] }>;

/** The first slots from then on, and what the changes of the clocks within a year make of others. */
export const previewOf = (opened: OpenSchedule, fromMs: number, first: number): Preview => ({
  slots: within(opened, fromMs - 1, fromMs + yearMs, first),
  changes: opened.clockChanges(fromMs, fromMs + yearMs).map((change) => ({
    change,
    slots: slotsAt(opened, change),
  })),
});

const slotsAt = (opened: OpenSchedule, { atMs, before, after }: Transition): readonly Occurrence[] => {
  const shiftMs = Math.abs(after - before);
  return within(opened, atMs - shiftMs - 1, atMs + shiftMs, Infinity)
    .filter(({ dst }) => dst !== undefined)
    .slice(0, slotsAtChangeMax);
};

const within = (
  { slotsAfter }: OpenSchedule,
  afterMs: number,
  untilMs: number,
  countMax: number,
): readonly Occurrence[] => {
  const slots: Occurrence[] = [];
  for (const slot of slotsAfter(afterMs)) {
    if (slot.atMs > untilMs || slots.length >= countMax) break;
    slots.push(slot);
  }
  return slots;
};
