import type { Occurrence, OpenSchedule } from '@karrio/domain';

/** So many slots are looked at one by one; of more, the newest are. */
const oneByOneMax = 2_000;
const newestMax = 1_000;

/**
 * The slots behind one instant up to another, in the order of time. Where there are very many, `passed` stands
 * for the older ones: the first and the last of them, and how many there are at the least.
 */
export const slotsBetween = (
  { slotsAfter }: OpenSchedule,
  afterMs: number,
  untilMs: number,
): Readonly<{
  passed?: Readonly<{ first: Occurrence; last: Occurrence; count: number }>;
  slots: readonly Occurrence[];
}> => {
  const slots = upTo(slotsAfter(afterMs), untilMs, oneByOneMax + 1);
  const [first] = slots;
  if (first === undefined || slots.length <= oneByOneMax) return { slots };
  const tail = newest({ slotsAfter }, afterMs, untilMs);
  const newestFrom = Math.max(1, tail.length - newestMax);
  const last = tail[newestFrom - 1] ?? first;
  const count = slots.filter(({ atMs }) => atMs <= last.atMs).length;
  return { passed: { first, last, count }, slots: tail.slice(newestFrom) };
};

/** From further and further back, until there are enough. */
const newest = (
  { slotsAfter }: Pick<OpenSchedule, 'slotsAfter'>,
  afterMs: number,
  untilMs: number,
): readonly Occurrence[] => {
  let found: readonly Occurrence[] = [];
  for (let spanMs = 1_000_000; found.length <= newestMax; spanMs *= 2) {
    const fromMs = Math.max(afterMs, untilMs - spanMs);
    found = upTo(slotsAfter(fromMs), untilMs, Infinity);
    if (fromMs === afterMs) break;
  }
  return found;
};

const upTo = (
  slots: Generator<Occurrence, undefined>,
  untilMs: number,
  countMax: number,
): readonly Occurrence[] => {
  const found: Occurrence[] = [];
  for (const slot of slots) {
    if (slot.atMs > untilMs || found.length >= countMax) break;
    found.push(slot);
  }
  return found;
};
