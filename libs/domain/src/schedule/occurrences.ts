import type { CronSchedule } from './cron.ts';
import { wallsOf, type Transition, type Zone } from './zone.ts';

/** A wall time that the clocks skip: not at all, or once when they have moved on. */
export const gapPolicies = ['skip', 'run_once'] as const;
export type GapPolicy = (typeof gapPolicies)[number];

/** A wall time that the clocks show twice. */
export const repeatPolicies = ['once', 'twice'] as const;
export type RepeatPolicy = (typeof repeatPolicies)[number];

export type DstPolicy = Readonly<{ gap: GapPolicy; repeat: RepeatPolicy }>;

/** As cron has it: what names an hour happens once on every day, what repeats through the day goes by real time. */
export const defaultDstPolicy = ({ isFixedTime }: Pick<CronSchedule, 'isFixedTime'>): DstPolicy =>
  isFixedTime ? { gap: 'run_once', repeat: 'once' } : { gap: 'skip', repeat: 'twice' };

/**
 * One nominal slot of a schedule. `slot` names it for ever: the wall time with the offset under which it is
 * meant, so that the run of a slot has the same id whoever starts it, and when.
 */
export type Occurrence = Readonly<{
  slot: string;
  atMs: number;
  /** What the change of the clocks made of it. */
  dst?: 'skipped' | 'moved' | 'first' | 'second' | 'not-repeated';
  /** Whether the policy wants a run. */
  runs: boolean;
}>;

/** A schedule without any slot, such as 30 February, is given up on after this many years without one. */
const horizonMs = 12 * 366 * 86_400_000;

/** The slots strictly behind an instant, in the order of time; without an end where the schedule has none. */
export const occurrencesAfter = function* (
  cron: CronSchedule,
  zone: Zone,
  policy: DstPolicy,
  afterMs: number,
): Generator<Occurrence> {
  const startMs = afterMs + zone.offsetAt(afterMs);
  const around = zone.transitionAround(startMs);
  let wallMs: number | undefined = (around ? Math.min(wallsOf(around)[0], startMs) : startMs) - 1;
  for (;;) {
    const lastMs: number = wallMs;
    wallMs = cron.after(lastMs);
    if (wallMs === undefined || wallMs - lastMs > horizonMs) return;
    const transition = zone.transitionAround(wallMs);
    if (!transition) {
      const atMs = instantOf(zone, wallMs);
      if (atMs > afterMs) yield { slot: slotOf(wallMs, wallMs - atMs), atMs, runs: true };
      continue;
    }
    const walls = wallsWithin(cron, wallMs, wallsOf(transition)[1]);
    wallMs = walls.at(-1) ?? wallMs;
    for (const occurrence of changed(cron, walls, transition, policy)) {
      if (occurrence.atMs > afterMs) yield occurrence;
    }
  }
};

/** Of a wall time that exists once. */
const instantOf = (zone: Zone, wallMs: number): number => {
  const guess = wallMs - zone.offsetAt(wallMs);
  return wallMs - zone.offsetAt(guess);
};

const wallsWithin = (cron: CronSchedule, firstMs: number, endMs: number): readonly number[] => {
  const walls: number[] = [];
  for (let wallMs: number | undefined = firstMs; wallMs !== undefined && wallMs < endMs;) {
    walls.push(wallMs);
    wallMs = cron.after(wallMs);
  }
  return walls;
};

const changed = (
  cron: CronSchedule,
  walls: readonly number[],
  transition: Transition,
  policy: DstPolicy,
): readonly Occurrence[] =>
  transition.after > transition.before
    ? skipped(cron, walls, transition, policy.gap)
    : repeated(walls, transition, policy.repeat);

const skipped = (
  cron: CronSchedule,
  walls: readonly number[],
  { atMs, before, after }: Transition,
  gap: GapPolicy,
): readonly Occurrence[] => {
  // The moment behind the gap may be a slot of its own: one run then is enough.
  const isTaken = cron.after(atMs + after - 1) === atMs + after;
  return walls.map((wallMs, index) => {
    const isMoved = gap === 'run_once' && index === 0 && !isTaken;
    return { slot: slotOf(wallMs, before), atMs, dst: isMoved ? 'moved' : 'skipped', runs: isMoved };
  });
};

const repeated = (
  walls: readonly number[],
  { before, after }: Transition,
  repeat: RepeatPolicy,
): readonly Occurrence[] => {
  const first = walls.map((wallMs): Occurrence => {
    return { slot: slotOf(wallMs, before), atMs: wallMs - before, dst: 'first', runs: true };
  });
  const runs = repeat === 'twice';
  const second = walls.map((wallMs): Occurrence => {
    const dst = runs ? 'second' : 'not-repeated';
    return { slot: slotOf(wallMs, after), atMs: wallMs - after, dst, runs };
  });
  return [...first, ...second];
};

/** `2026-03-29T02:30:00+01:00`. */
const slotOf = (wallMs: number, offsetMs: number): string => {
  const seconds = Math.abs(offsetMs) / 1_000;
  const parts = [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  const shown = parts[2] === '00' ? parts.slice(0, 2) : parts;
  return `${new Date(wallMs).toISOString().slice(0, 19)}${offsetMs < 0 ? '-' : '+'}${shown.join(':')}`;
};
