import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from './cron.ts';
import { defaultDstPolicy, occurrencesAfter, type DstPolicy, type Occurrence } from './occurrences.ts';
import { wallsOf, zoneOf } from './zone.ts';

const cronOf = (expression: string) => {
  const cron = parseCron(expression);
  if ('refused' in cron) throw new Error(cron.refused.message);
  return cron;
};

const placeOf = (name: string) => {
  const zone = zoneOf(name);
  if ('refused' in zone) throw new Error(zone.refused.message);
  return zone;
};

const between = (expression: string, zone: string, from: string, to: string, policy?: DstPolicy) => {
  const cron = cronOf(expression);
  const found: Occurrence[] = [];
  const slots = occurrencesAfter(cron, placeOf(zone), policy ?? defaultDstPolicy(cron), Date.parse(from) - 1);
  for (const slot of slots) {
    if (slot.atMs >= Date.parse(to)) break;
    found.push(slot);
  }
  return found;
};

const shown = (occurrences: readonly Occurrence[]) =>
  occurrences.map(({ slot, atMs, dst, runs }) =>
    [slot, new Date(atMs).toISOString().slice(11, 16), dst, runs ? 'runs' : undefined]
      .filter(Boolean)
      .join(' '),
  );

describe('a schedule where the clocks go forward', () => {
  const spring = ['Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T02:30Z'] as const;

  it('runs what names a skipped hour once, when the clocks have moved on', () => {
    expect(shown(between('30 2 * * *', ...spring))).toEqual(['2026-03-29T02:30:00+01:00 01:00 moved runs']);
  });

  it('runs it not at all where the policy says so, and still shows the slot', () => {
    const policy = { gap: 'skip', repeat: 'once' } as const;
    expect(shown(between('30 2 * * *', ...spring, policy))).toEqual([
      '2026-03-29T02:30:00+01:00 01:00 skipped',
    ]);
  });

  it('goes on by real time with what repeats through the day', () => {
    expect(shown(between('*/30 * * * *', ...spring).filter(({ runs }) => runs))).toEqual([
      '2026-03-29T01:00:00+01:00 00:00 runs',
      '2026-03-29T01:30:00+01:00 00:30 runs',
      '2026-03-29T03:00:00+02:00 01:00 runs',
      '2026-03-29T03:30:00+02:00 01:30 runs',
      '2026-03-29T04:00:00+02:00 02:00 runs',
    ]);
  });

  it('runs once where a slot behind the gap falls on the same moment', () => {
    expect(shown(between('0,30 2,3 * * *', ...spring).filter(({ runs }) => runs))).toEqual([
      '2026-03-29T03:00:00+02:00 01:00 runs',
      '2026-03-29T03:30:00+02:00 01:30 runs',
    ]);
  });
});

describe('a schedule where the clocks go back', () => {
  const autumn = ['America/New_York', '2026-11-01T04:00Z', '2026-11-01T08:00Z'] as const;

  it('runs what names a repeated hour the first time only', () => {
    expect(shown(between('30 1 * * *', ...autumn))).toEqual([
      '2026-11-01T01:30:00-04:00 05:30 first runs',
      '2026-11-01T01:30:00-05:00 06:30 not-repeated',
    ]);
  });

  it('runs it both times where the policy says so', () => {
    const policy = { gap: 'skip', repeat: 'twice' } as const;
    expect(shown(between('30 1 * * *', ...autumn, policy)).map((line) => line.slice(26))).toEqual([
      '05:30 first runs',
      '06:30 second runs',
    ]);
  });

  it('runs what repeats through the day in both hours, in the order of time', () => {
    const times = between('0,30 * * * *', ...autumn).map(({ atMs }) =>
      new Date(atMs).toISOString().slice(11, 16),
    );
    expect(times).toEqual(['04:00', '04:30', '05:00', '05:30', '06:00', '06:30', '07:00', '07:30']);
  });

  it('goes on from any instant within the repeated hour', () => {
    const all = between('*/10 * * * *', ...autumn);
    const policy = { gap: 'skip', repeat: 'twice' } as const;
    const cron = cronOf('*/10 * * * *');
    const followers = all
      .slice(0, -1)
      .map(({ atMs }) => occurrencesAfter(cron, placeOf('America/New_York'), policy, atMs).next().value);
    expect(followers).toEqual(all.slice(1));
  });
});

it('ends a schedule that never comes', () => {
  expect(between('0 0 30 2 *', 'UTC', '2026-01-01T00:00Z', '2100-01-01T00:00Z')).toEqual([]);
});

it('finds a leap day eight years away', () => {
  expect(shown(between('0 0 29 2 *', 'UTC', '2096-03-01T00:00Z', '2105-01-01T00:00Z'))).toEqual([
    '2104-02-29T00:00:00+00:00 00:00 runs',
  ]);
});

/** `SCHEDULE_TEST_SCALE=100` looks at every zone and year many times over, which takes an hour. */
// oxlint-disable-next-line eslint/no-restricted-properties -- only how long the test takes
const scale = Number(process.env['SCHEDULE_TEST_SCALE'] ?? 1);

describe('in every zone of the world and every year of ten', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const expressions = ['*/15 * * * *', '0 * * * *', '30 2 * * *', '15 0,1,2,3,23 * * *', '0 12 * * MON-FRI'];

  /** What the clocks show, minute by minute: no knowledge of offsets or changes. */
  const model = (expression: string, zone: string, fromMs: number, toMs: number) => {
    const cron = cronOf(expression);
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    const found: number[] = [];
    for (let atMs = fromMs; atMs < toMs; atMs += 60_000) {
      const wallMs = Date.parse(`${format.format(atMs).replace(' ', 'T')}Z`);
      if (cron.after(wallMs - 1) === wallMs) found.push(atMs);
    }
    return found;
  };

  it(
    'every slot that exists runs at its time, in order, each under a name of its own',
    { timeout: 120_000 * scale },
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...zones),
          fc.integer({ min: 2020, max: 2030 }),
          fc.constantFrom(...expressions),
          fc.nat(1),
          (name, year, expression, which) => {
            const zone = placeOf(name);
            const changes = changesIn(zone, year);
            const centre = changes[which]?.atMs ?? Date.UTC(year, 5, 15, which * 13);
            const fromMs = centre - 5 * 3_600_000;
            const toMs = centre + 5 * 3_600_000;
            const slots: Occurrence[] = [];
            const policy = { gap: 'skip', repeat: 'twice' } as const;
            for (const slot of occurrencesAfter(cronOf(expression), zone, policy, fromMs - 1)) {
              if (slot.atMs >= toMs) break;
              slots.push(slot);
            }
            expect(slots.filter(({ runs }) => runs).map(({ atMs }) => atMs)).toEqual(
              model(expression, name, fromMs, toMs),
            );
            expect(new Set(slots.map(({ slot }) => slot)).size).toBe(slots.length);
            const running = slots.filter(({ runs }) => runs);
            expect(running.map(({ slot }) => Date.parse(slot))).toEqual(running.map(({ atMs }) => atMs));
          },
        ),
        { numRuns: 200 * scale },
      );
    },
  );

  it('what names one hour runs once on every day of the year', { timeout: 120_000 * scale }, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 2020, max: 2030 }),
        fc.nat(23),
        (name, year, hour) => {
          const zone = placeOf(name);
          const cron = cronOf(`30 ${hour} * * *`);
          const fromMs = Date.UTC(year, 0) - zone.offsetAt(Date.UTC(year, 0));
          const days: string[] = [];
          for (const { slot, runs } of occurrencesAfter(cron, zone, defaultDstPolicy(cron), fromMs - 1)) {
            if (!slot.startsWith(String(year))) break;
            if (runs) days.push(slot.slice(0, 10));
          }
          const count = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 366 : 365;
          expect(days).toHaveLength(count);
          expect(new Set(days).size).toBe(count);
        },
      ),
      { numRuns: 150 * scale },
    );
  });

  const changesIn = (zone: ReturnType<typeof placeOf>, year: number) => {
    const found = new Map<number, { atMs: number }>();
    for (let ms = Date.UTC(year, 0); ms < Date.UTC(year + 1, 0); ms += 3_600_000) {
      const change = zone.transitionAround(ms);
      if (change && wallsOf(change)[0] <= ms) found.set(change.atMs, change);
    }
    return [...found.values()];
  };
});
