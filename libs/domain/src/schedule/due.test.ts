import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideDue, type SlotDecision, type TriggerTurn } from './due.ts';
import type { Occurrence } from './occurrences.ts';
import { catchUpPolicies, overlapPolicies, defaultSchedulePolicy, type Schedule } from './schedule.ts';

const nowMs = Date.UTC(2026, 10, 22, 9);
const minute = 60_000;

const slotAt = (minutesAgo: number, runs = true): Occurrence => {
  const atMs = nowMs - minutesAgo * minute;
  return { slot: new Date(atMs).toISOString(), atMs, runs };
};
const slotsAt = (...minutesAgo: number[]) => minutesAgo.map((ago) => slotAt(ago));

const scheduleOf = (given: Partial<Schedule> = {}): Schedule => ({
  ...defaultSchedulePolicy,
  expression: '* * * * *',
  ...given,
});
const idle: TriggerTurn = { queued: undefined, hasOpenRun: false };
const busy = { ...idle, hasOpenRun: true };

const ago = ({ atMs }: Occurrence) => (nowMs - atMs) / minute;
const shown = (decisions: readonly SlotDecision[]) =>
  decisions.map((decision) => {
    if ('fire' in decision) return `${decision.kind} ${ago(decision.fire)}`;
    if ('queue' in decision) return `queue ${ago(decision.queue)}`;
    const { why, first, last, count } = decision.skip;
    return `${why} ${ago(first)}..${ago(last)} (${count})`;
  });
const decided = (given: Partial<Schedule>, turn: TriggerTurn, slots: readonly Occurrence[]) =>
  shown(decideDue(scheduleOf(given), turn, slots, nowMs));

it('fires a slot whose time has come', () => {
  expect(decided({}, idle, slotsAt(0))).toEqual(['on-time 0']);
});

it('does not fire what the change of the clocks left out', () => {
  expect(decided({}, idle, [slotAt(0, false)])).toEqual(['clock-change 0..0 (1)']);
});

it('skips what falls into a pause', () => {
  expect(decided({}, { ...idle, withheld: 'paused' }, slotsAt(1, 0))).toEqual(['paused 1..0 (2)']);
});

it('takes what is noticed within a minute for on time', () => {
  expect(decided({}, idle, slotsAt(2, 1))).toEqual(['caught-up 2', 'on-time 1']);
});

describe('slots that nobody was there for', () => {
  const day = slotsAt(30 * 60, 20 * 60, 10 * 60, 5, 0);

  it.each([
    ['none', ['missed 1800..5 (4)', 'on-time 0']],
    ['last', ['missed 1800..600 (3)', 'caught-up 5', 'on-time 0']],
    ['all', ['missed 1800..1800 (1)', 'caught-up 1200', 'caught-up 600', 'caught-up 5', 'on-time 0']],
  ] as const)('are caught up: %s', (catchUpPolicy, expected) => {
    expect(decided({ catchUpPolicy }, idle, day)).toEqual(expected);
  });

  it('are not caught up beyond the window', () => {
    expect(decided({ catchUpPolicy: 'last', catchUpWindowMs: 60 * minute }, idle, slotsAt(120, 90))).toEqual([
      'missed 120..90 (2)',
    ]);
  });
});

describe('a slot while a run of the trigger is open', () => {
  it.each([
    ['allow', ['on-time 0']],
    ['skip', ['overlap 0..0 (1)']],
    ['queue_one', ['queue 0']],
    ['cancel_running', ['on-time 0']],
  ] as const)('with %s', (overlapPolicy, expected) => {
    expect(decided({ overlapPolicy }, busy, slotsAt(0))).toEqual(expected);
  });

  it('takes the place of the one that waited', () => {
    const waiting = { ...busy, queued: slotAt(5) };
    expect(decided({ overlapPolicy: 'queue_one' }, waiting, slotsAt(1, 0))).toEqual([
      'superseded 5..1 (2)',
      'queue 0',
    ]);
  });

  it('that waited fires when the run has ended', () => {
    const waiting = { ...idle, queued: slotAt(5) };
    expect(decided({ overlapPolicy: 'queue_one' }, waiting, [])).toEqual(['queued 5']);
    expect(decided({ overlapPolicy: 'queue_one' }, waiting, slotsAt(0))).toEqual(['queued 5', 'queue 0']);
  });

  it('with cancel_running begins none that the next one would cancel', () => {
    expect(
      decided({ overlapPolicy: 'cancel_running', catchUpPolicy: 'all' }, busy, slotsAt(9, 8, 0)),
    ).toEqual(['superseded 9..8 (2)', 'on-time 0']);
  });

  it('that waited is skipped when the trigger is paused', () => {
    const waiting = { ...idle, queued: slotAt(5), withheld: 'paused' as const };
    for (const overlapPolicy of overlapPolicies)
      expect(decided({ overlapPolicy }, waiting, [])).toEqual(['paused 5..5 (1)']);
  });

  it('that waited fires when the trigger no longer queues', () => {
    expect(decided({ overlapPolicy: 'allow' }, { ...busy, queued: slotAt(5) }, [])).toEqual(['queued 5']);
  });
});

const countsOf = (decisions: readonly SlotDecision[]) => ({
  fired: decisions.flatMap((each) => ('fire' in each ? [each.fire.slot] : [])),
  waiting: decisions.flatMap((each) => ('queue' in each ? [each.queue.slot] : [])),
  skipped: decisions.reduce((sum, each) => sum + ('skip' in each ? each.skip.count : 0), 0),
});

it('decides every slot once, whatever the policy', () => {
  const slots = fc
    .uniqueArray(fc.nat(3_000), { maxLength: 30 })
    .map((minutes) =>
      minutes.sort((a, b) => b - a).map((minutesAgo) => slotAt(minutesAgo, minutesAgo % 7 !== 0)),
    );
  const policy = fc.record({
    overlapPolicy: fc.constantFrom(...overlapPolicies),
    catchUpPolicy: fc.constantFrom(...catchUpPolicies),
  });
  const situation = fc.record({
    hasOpenRun: fc.boolean(),
    withheld: fc.constantFrom(undefined, 'paused' as const),
    isQueued: fc.boolean(),
  });
  fc.assert(
    fc.property(slots, policy, situation, (due, given, { hasOpenRun, withheld, isQueued }) => {
      const queued = isQueued ? slotAt(5_000) : undefined;
      const decisions = decideDue(scheduleOf(given), { hasOpenRun, queued, withheld }, due, nowMs);
      const { fired, waiting, skipped } = countsOf(decisions);
      const isOneAtATime = given.overlapPolicy === 'skip' || given.overlapPolicy === 'queue_one';
      expect(new Set([...fired, ...waiting]).size).toBe(fired.length + waiting.length);
      expect(waiting.length).toBeLessThanOrEqual(1);
      const isKept = hasOpenRun && given.overlapPolicy === 'queue_one';
      const stillQueued = Number(isQueued && !withheld && isKept && waiting.length === 0);
      expect(fired.length + waiting.length + skipped + stillQueued).toBe(due.length + (queued ? 1 : 0));
      const firedMax = { allow: Infinity, skip: 1, queue_one: 1, cancel_running: 1 }[given.overlapPolicy];
      expect(fired.length).toBeLessThanOrEqual(isOneAtATime && hasOpenRun ? 0 : firedMax);
    }),
  );
});
