import { refusal, type Refusal } from '../definition/refusal.ts';

/** A change of a zone's offset: clocks show `before` until the instant, `after` from it on (ms ahead of UTC). */
export type Transition = Readonly<{ atMs: number; before: number; after: number }>;

/** The civil time of a place. A wall time is what its clocks show, in ms as if it were UTC. */
export type Zone = Readonly<{
  name: string;
  offsetAt: (ms: number) => number;
  /** The changes from one instant to another, in the order of time. */
  changesBetween: (fromMs: number, untilMs: number) => readonly Transition[];
  /** The change whose hour the wall time falls into: one that it skips, or one that it shows twice. */
  transitionAround: (wallMs: number) => Transition | undefined;
}>;

const dayMs = 86_400_000;
const zones = new Map<string, Zone>();

/** An IANA zone, from the tables of the JavaScript engine. */
export const zoneOf = (name: string): Zone | { readonly refused: Refusal } => {
  const known = zones.get(name);
  if (known) return known;
  const format = formatOf(name);
  if (!format) {
    const message = `There is no time zone ${name}; give an IANA name such as Europe/Berlin or UTC.`;
    return { refused: refusal('invalid', 'timezone', message) };
  }
  const zone = createZone(name, (ms) => offsetBy(format, ms));
  zones.set(name, zone);
  return zone;
};

const formatOf = (timeZone: string): Intl.DateTimeFormat | undefined => {
  // `+05:00` is a zone to the engine; a place's clocks are what people mean.
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
};

const offsetBy = (format: Intl.DateTimeFormat, ms: number): number => {
  const seconds = Math.floor(ms / 1_000) * 1_000;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = format
    .format(seconds)
    .split(/[^0-9]+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
};

/** The engine takes microseconds per question, so each year's changes are asked for once. */
const createZone = (name: string, ask: (ms: number) => number): Zone => {
  const years = new Map<number, readonly Transition[]>();
  const transitionsOf = (year: number) => {
    const known = years.get(year) ?? transitionsBetween(ask, Date.UTC(year, 0), Date.UTC(year + 1, 0));
    years.set(year, known);
    return known;
  };
  const yearOf = (ms: number) => new Date(ms).getUTCFullYear();
  const starts = new Map<number, number>();
  const offsetAtStart = (year: number) => {
    const known = starts.get(year) ?? ask(Date.UTC(year, 0));
    starts.set(year, known);
    return known;
  };

  const offsetAt = (ms: number) => {
    const year = yearOf(ms);
    return (
      transitionsOf(year).findLast(({ atMs }) => atMs <= ms)?.after ??
      transitionsOf(year)[0]?.before ??
      offsetAtStart(year)
    );
  };

  const changesBetween = (fromMs: number, untilMs: number) => {
    const found: Transition[] = [];
    for (let year = yearOf(fromMs); year <= yearOf(untilMs); year++) found.push(...transitionsOf(year));
    return found.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
  };

  const transitionAround = (wallMs: number) => {
    // An offset is less than a day, so the change lies within one of the wall time.
    const nearby = new Set([yearOf(wallMs - dayMs), yearOf(wallMs + dayMs)]);
    for (const year of nearby) {
      const found = transitionsOf(year).find((transition) => isAround(transition, wallMs));
      if (found) return found;
    }
    return undefined;
  };

  return { name, offsetAt, changesBetween, transitionAround };
};

/** From the first wall time that is missing or shown twice to the one behind the last. */
export const wallsOf = ({ atMs, before, after }: Transition): readonly [number, number] => [
  atMs + Math.min(before, after),
  atMs + Math.max(before, after),
];

const isAround = (transition: Transition, wallMs: number): boolean => {
  const [from, to] = wallsOf(transition);
  return wallMs >= from && wallMs < to;
};

/** No zone has changed twice within a day. */
const transitionsBetween = (
  ask: (ms: number) => number,
  fromMs: number,
  toMs: number,
): readonly Transition[] => {
  const found: Transition[] = [];
  let before = ask(fromMs);
  for (let ms = fromMs; ms < toMs; ms += dayMs) {
    const next = Math.min(ms + dayMs, toMs);
    const after = ask(next);
    if (after !== before) found.push({ atMs: changeBetween(ask, ms, next, before), before, after });
    before = after;
  }
  return found;
};

/** To the second: history has offsets with seconds. */
const changeBetween = (ask: (ms: number) => number, fromMs: number, toMs: number, before: number): number => {
  let low = fromMs;
  let high = toMs;
  while (high - low > 1_000) {
    const middle = low + Math.floor((high - low) / 2_000) * 1_000;
    if (ask(middle) === before) low = middle;
    else high = middle;
  }
  return high;
};
