import { derivedId } from '@karrio/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aTimeline, iso, type Times } from './timed-triggers.fixture.ts';

const hour = 3_600_000;
const minute = 60_000;
const day = Date.UTC(2026, 10, 23);
/** A time of that day. */
const t = (hours: number, minutes = 0) => day + hours * hour + minutes * minute;

describe('a scheduled trigger', () => {
  it('fires each slot once, when its time has come, under a run id that follows from the slot', () => {
    const timeline = aTimeline(t(8, 30));
    expect(timeline.at(t(9) - 1)).toEqual([]);
    expect(timeline.at(t(9))).toEqual(['on-time 09:00']);
    expect(timeline.at(t(9))).toEqual([]);
    expect(timeline.at(t(10))).toEqual(['on-time 10:00']);
    expect(timeline.pending().map(({ runId }) => runId)).toEqual(
      ['2026-11-23T09:00:00+00:00', '2026-11-23T10:00:00+00:00'].map((slot) =>
        derivedId('run', 'wtrg_1', slot),
      ),
    );
  });

  it('tells after a pause which slots passed meanwhile, in one line', () => {
    const timeline = aTimeline(t(8, 30));
    timeline.revise(t(8, 40), { isActive: false });
    expect(timeline.at(t(11, 20))).toEqual([]);
    timeline.revise(t(11, 30), {});
    expect(timeline.at(t(11, 30))).toEqual(['paused 09:00..11:00 (3)']);
    expect(timeline.at(t(12))).toEqual(['on-time 12:00']);
  });

  it('tells of slots that passed while its workflow was off, and why', () => {
    const timeline = aTimeline(t(8, 30));
    timeline.switchWorkflow(t(8, 40), false);
    timeline.switchWorkflow(t(9, 40), true);
    expect(timeline.at(t(10))).toEqual(['workflow-inactive 09:00..09:00 (1)', 'on-time 10:00']);
  });

  it('fires nothing while its workflow was made switched off', () => {
    const timeline = aTimeline(t(8, 30), {}, Infinity, false);
    expect(timeline.at(t(9))).toEqual([]);
    timeline.switchWorkflow(t(9, 30), true);
    expect(timeline.at(t(10))).toEqual(['workflow-inactive 09:00..09:00 (1)', 'on-time 10:00']);
  });

  it('asks for no run again whose line the subscription brings after the run has begun', () => {
    const timeline = aTimeline(t(8, 30));
    timeline.at(t(9));
    timeline.pending().forEach(({ runId }) => timeline.begin(runId));
    timeline.bringLedger();
    expect(timeline.pending()).toEqual([]);
    expect(timeline.at(t(10))).toEqual(['on-time 10:00']);
  });

  it('is known after a restart as it was: of an active workflow, or without times', () => {
    const timeline = aTimeline(t(8, 30));
    timeline.restart();
    timeline.revise(t(8, 40), { schedule: '15 * * * *' });
    expect(timeline.at(t(9, 15))).toEqual(['on-time 09:15']);
    timeline.revise(t(9, 20), { type: 'manual' });
    timeline.at(t(9, 20));
    timeline.pending().forEach(({ runId }) => timeline.begin(runId));
    timeline.restart();
    timeline.revise(t(9, 30), {});
    expect(timeline.at(t(10))).toEqual(['on-time 10:00']);
  });

  it('keeps to the schedule that a slot was of, where that was changed before anybody looked', () => {
    const timeline = aTimeline(t(8, 30), { policy: { catchUpPolicy: 'all' } });
    timeline.revise(t(9, 30), { schedule: '15 * * * *', policy: { catchUpPolicy: 'all' } });
    expect(timeline.at(t(11))).toEqual(['caughtup 09:00', 'caughtup 10:15']);
  });

  it('loses and repeats nothing where what is no matter of time is changed', () => {
    const timeline = aTimeline(t(8, 30));
    timeline.at(t(9));
    timeline.revise(t(9), {});
    expect(timeline.at(t(10))).toEqual(['on-time 10:00']);
  });

  it('comes later by the same part of its jitter each time', () => {
    const timeline = aTimeline(t(8, 30), { policy: { jitterMs: 20 * minute } });
    const fired = Array.from({ length: 180 }, (_, minutes) => t(9, minutes)).flatMap((atMs) =>
      timeline.at(atMs).map((line) => `${line} at minute ${((atMs - day) / minute) % 60}`),
    );
    const lateness = /minute (\d+)$/.exec(fired[0] ?? '')?.[1];
    expect(Number(lateness)).toBeGreaterThan(0);
    expect(fired).toEqual(
      [9, 10, 11].map((at) => `on-time ${String(at).padStart(2, '0')}:00 at minute ${lateness}`),
    );
  });

  it('starts nothing before its beginning and from its end on', () => {
    const timeline = aTimeline(t(1), { policy: { startsAt: iso(t(9)), endsAt: iso(t(11)) } });
    expect([8, 9, 10, 11, 12].flatMap((at) => timeline.at(t(at)))).toEqual([
      'on-time 09:00',
      'on-time 10:00',
    ]);
  });

  it('is over when it was deleted, after the slot that waited was told of', () => {
    const timeline = aTimeline(t(8), { policy: { overlapPolicy: 'queue_one' } });
    timeline.begin('wevt_1');
    expect(timeline.at(t(9))).toEqual(['queued 09:00']);
    timeline.remove(t(9, 5));
    expect(timeline.at(t(9, 5))).toEqual(['deleted 09:00..09:00 (1)']);
    expect(timeline.trigger()).toBeUndefined();
  });

  it('that becomes manual stops, and goes on from then when it is scheduled again', () => {
    const timeline = aTimeline(t(8));
    timeline.revise(t(8, 30), { type: 'manual' });
    expect(timeline.at(t(9))).toEqual([]);
    timeline.revise(t(9, 30), {});
    expect(timeline.at(t(10))).toEqual(['on-time 10:00']);
  });
});

describe('while a run of the trigger is open', () => {
  const overlapping = (overlapPolicy: 'skip' | 'queue_one' | 'cancel_running') => {
    const timeline = aTimeline(t(8), { policy: { overlapPolicy } });
    timeline.at(t(9));
    const [first] = timeline.pending();
    timeline.begin(first?.runId ?? '');
    return { ...timeline, first: first?.runId ?? '' };
  };

  it('a slot is skipped, also while the run is not in the log yet', () => {
    const timeline = aTimeline(t(8), { policy: { overlapPolicy: 'skip' } });
    timeline.at(t(9));
    expect(timeline.at(t(10))).toEqual(['overlap 10:00..10:00 (1)']);
  });

  it('one slot waits, the last of them, and fires when the run has ended', () => {
    const { at, end, first } = overlapping('queue_one');
    expect(at(t(10))).toEqual(['queued 10:00']);
    expect(at(t(11))).toEqual(['superseded 10:00..10:00 (1)', 'queued 11:00']);
    end(first);
    expect(at(t(11, 5))).toEqual(['queued 11:00']);
    expect(at(t(11, 6))).toEqual([]);
  });

  it('what waited is told of once where a pause began and ended before anybody looked', () => {
    const policy = { overlapPolicy: 'queue_one' } as const;
    const { at, end, revise, first } = overlapping('queue_one');
    expect(at(t(10))).toEqual(['queued 10:00']);
    revise(t(10, 30), { isActive: false, policy });
    revise(t(11, 30), { policy });
    end(first);
    expect(at(t(12))).toEqual(['paused 10:00..11:00 (2)', 'on-time 12:00']);
    expect(at(t(12))).toEqual([]);
  });

  it('a slot takes the place also of a run that is not in the log yet', () => {
    const timeline = aTimeline(t(8), { policy: { overlapPolicy: 'cancel_running' } });
    timeline.at(t(9));
    timeline.at(t(10));
    const [first, next] = timeline.pending();
    expect(next?.cancels).toEqual([first?.runId]);
  });

  it('a slot takes its place', () => {
    const { at, pending, first } = overlapping('cancel_running');
    expect(at(t(10))).toEqual(['on-time 10:00']);
    expect(pending().at(-1)?.cancels).toEqual([first]);
  });
});

describe('a scheduler that was away for a day', () => {
  it.each([
    ['none', ['missed 09:00..08:00 (24)', 'on-time 09:00']],
    ['last', ['missed 09:00..07:00 (23)', 'caughtup 08:00', 'on-time 09:00']],
  ] as const)('follows the catch-up policy %s', (catchUpPolicy, expected) => {
    const timeline = aTimeline(t(8, 30), { policy: { catchUpPolicy } });
    expect(timeline.at(t(24 + 9))).toEqual(expected);
  });

  it('follows the catch-up policy all, within its window', () => {
    const timeline = aTimeline(t(8, 30), { policy: { catchUpPolicy: 'all', catchUpWindowMs: 3 * hour } });
    expect(timeline.at(t(24 + 9))).toEqual([
      'missed 09:00..05:00 (21)',
      'caughtup 06:00',
      'caughtup 07:00',
      'caughtup 08:00',
      'on-time 09:00',
    ]);
  });

  it('tells of very many slots at once, and catches up no more than the newest thousand', () => {
    const policy = { catchUpPolicy: 'all', catchUpWindowMs: 31 * 24 * hour } as const;
    const timeline = aTimeline(t(0), { schedule: '* * * * * *', policy });
    const lines = timeline.at(t(24));
    expect(lines[0]).toMatch(/^missed 00:00\.\.23:43 \(2001\+\)$/);
    const runs = timeline.ledger.filter(({ type }) => type !== 'OccurrenceSkipped');
    expect(runs.length).toBeGreaterThan(900);
    expect(runs.length).toBeLessThanOrEqual(1_061);
    expect(timeline.at(t(24))).toEqual([]);
  });
});

describe('a ledger', () => {
  it('has no more lines than are kept and a tenth, and repeats nothing when it is read without the others', () => {
    const timeline = aTimeline(t(0), {}, 10);
    for (let hours = 1; hours <= 48; hours++) {
      expect(timeline.at(t(hours))).toHaveLength(1);
      timeline.pending().forEach(({ runId }) => timeline.begin(runId));
      expect(timeline.lines()).toBeLessThanOrEqual(13);
      timeline.readAgain();
      expect(timeline.at(t(hours))).toEqual([]);
    }
  });

  it('keeps a line whose run is not in the log yet, and all after it', () => {
    const timeline = aTimeline(t(0), {}, 10);
    for (let hours = 1; hours <= 24; hours++) timeline.at(t(hours));
    expect(timeline.lines()).toBe(24);
    timeline.readAgain();
    expect(timeline.pending()).toHaveLength(24);
    timeline.pending().forEach(({ runId }) => timeline.begin(runId));
    timeline.at(t(25));
    expect(timeline.lines()).toBeLessThanOrEqual(12);
  });
});

const aPolicy = fc.record({
  overlapPolicy: fc.constantFrom('allow', 'skip', 'queue_one', 'cancel_running'),
  catchUpPolicy: fc.constantFrom('none', 'last', 'all'),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/New_York'),
} as const);

type Step =
  | Readonly<{ kind: 'pass'; minutes: number }>
  | (Readonly<{ kind: 'revise' }> & Times)
  | Readonly<{ kind: 'switch'; isOn: boolean }>
  | Readonly<{ kind: 'runs begin' | 'runs end' | 'restart' | 'read again' }>;

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), minutes: fc.nat(300) }),
  fc.record({
    kind: fc.constant('revise' as const),
    schedule: fc.constantFrom('*/10 * * * *', '0 * * * *', '30 2 * * *'),
    policy: aPolicy,
    isActive: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('switch' as const), isOn: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom(...(['runs begin', 'runs end', 'restart', 'read again'] as const)),
  }),
);

/** Plays the steps, and gives the time at their end. */
const played = (timeline: ReturnType<typeof aTimeline>, beginMs: number, steps: readonly Step[]): number => {
  let nowMs = beginMs;
  const open = new Set<string>();
  for (const each of steps) {
    switch (each.kind) {
      case 'pass':
        timeline.at((nowMs += each.minutes * minute));
        break;
      case 'revise':
        timeline.revise(nowMs, each);
        break;
      case 'switch':
        timeline.switchWorkflow(nowMs, each.isOn);
        break;
      case 'restart':
        timeline.restart();
        break;
      case 'read again':
        timeline.readAgain();
        break;
      case 'runs begin':
        for (const { runId } of timeline.pending()) {
          open.add(runId);
          timeline.begin(runId);
        }
        break;
      case 'runs end':
        open.forEach(timeline.end);
        open.clear();
    }
  }
  return nowMs;
};

it('every slot is decided once and in order, whatever happens to trigger, workflow, runs and scheduler', () => {
  // The clocks of Berlin go back in that night.
  const beginMs = Date.UTC(2026, 9, 24, 20);
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 40 }), aPolicy, (steps, first) => {
      const timeline = aTimeline(beginMs, { schedule: '*/10 * * * *', policy: first }, 20);
      const nowMs = played(timeline, beginMs, steps);
      // A slot that waited is told of twice: when it was queued, and what became of it.
      const { ledger } = timeline;
      const settled = ledger.flatMap(({ type, data }) =>
        type === 'OccurrenceQueued' ? [] : 'slot' in data ? [data.slot.name] : [data.first.name],
      );
      expect(new Set(settled).size).toBe(settled.length);
      const runs = ledger.flatMap(({ data }) => ('runId' in data ? [data.runId] : []));
      expect(new Set(runs).size).toBe(runs.length);
      const due = ledger.flatMap(({ data }) =>
        'slot' in data && !('kind' in data && data.kind === 'queued') ? [data.slot.dueAt] : [],
      );
      expect(due).toEqual(due.toSorted());
      const decidedAt = timeline.trigger()?.decidedMs ?? 0;
      expect(decidedAt).toBeLessThanOrEqual(nowMs);
    }),
    { numRuns: 150 },
  );
});
