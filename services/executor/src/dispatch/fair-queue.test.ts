import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFairQueue } from './fair-queue.ts';
import type { Waiting } from './org-lines.ts';

type Run = Waiting & Readonly<{ id: number }>;

const orgs = ['a', 'b', 'c', 'd'] as const;
const evenly = () => 1;
const isHostFree = () => true;
const unlimited = { slots: 1, perOrg: 1_000, perWorkflow: 1_000 };

const aFlood = (org: string, length: number, workflow = 'w'): Run[] =>
  Array.from({ length }, (_, id) => ({ org, workflow: `${org}-${workflow}`, id }));

/** Whom a queue with these runs serves, one after the other. */
const serve = (runs: readonly Run[], weightOf: (org: string) => number, turns: number): Run[] => {
  const queue = createFairQueue<Run>({ limits: unlimited, weightOf, isHostFree });
  for (const run of runs) queue.add(run);
  return takeInTurn(queue, turns);
};

/** Each ends before the next is taken. */
const takeInTurn = (queue: ReturnType<typeof createFairQueue<Run>>, turns: number): Run[] => {
  const taken: Run[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const run = queue.next();
    if (!run) break;
    queue.done(run);
    taken.push(run);
  }
  return taken;
};

describe('turns', () => {
  it('come to a quiet organisation at once, however many runs of another came before', () => {
    const served = serve([...aFlood('loud', 1_000), ...aFlood('quiet', 1)], evenly, 2);
    expect(served.map(({ org }) => org)).toEqual(['loud', 'quiet']);
  });

  it('are shared by weight while all have runs that wait', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }), (weights) => {
        const weightOf = (org: string) => weights[orgs.findIndex((name) => name === org)] ?? 1;
        const named = orgs.slice(0, weights.length);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const rounds = 10;
        const runs = named.flatMap((org) => aFlood(org, rounds * weightOf(org) + 10));
        const served = serve(runs, weightOf, rounds * total);
        for (const org of named) {
          const share = served.filter((run) => run.org === org).length;
          expect(Math.abs(share - rounds * weightOf(org))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('of one organisation go round its workflows, and within a workflow in the order of arrival', () => {
    const runs = [...aFlood('a', 3, 'one'), ...aFlood('a', 2, 'two')];
    const served = serve(runs, evenly, 5).map(({ workflow, id }) => `${workflow}-${id}`);
    expect(served).toEqual(['a-one-0', 'a-two-0', 'a-one-1', 'a-two-1', 'a-one-2']);
  });

  it('are not saved up by who was at a limit', () => {
    const queue = createFairQueue<Run>({
      limits: { slots: 4, perOrg: 4, perWorkflow: 1 },
      weightOf: evenly,
      isHostFree,
    });
    for (const run of [...aFlood('a', 9, 'stuck'), ...aFlood('b', 90, '1')]) queue.add(run);
    queue.next();
    expect(takeInTurn(queue, 50)).toHaveLength(50);
    for (let line = 0; line < 9; line++) for (const run of aFlood('a', 3, `new ${line}`)) queue.add(run);
    const next = [queue.next(), queue.next(), queue.next()].map((run) => run?.org);
    expect(next).toContain('b');
  });
});

type Step = Readonly<{ add: Waiting }> | Readonly<{ end: number }> | 'letGo';

const aWaiting = fc
  .record({ org: fc.constantFrom(...orgs), workflow: fc.constantFrom('1', '2', '3') })
  .map(({ org, workflow }) => ({ org, workflow: `${org}-${workflow}` }));

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: aWaiting }) },
    { weight: 2, arbitrary: fc.record({ end: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.constant<Step>('letGo') },
  ),
  { maxLength: 200 },
);

const countBy = (runs: Iterable<Run>, keyOf: (run: Run) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(keyOf(run), (counts.get(keyOf(run)) ?? 0) + 1);
  return counts;
};

/** Plays arrivals and ends, taking all that may be taken after each; gives what was seen. */
const play = (played: readonly Step[], limits: { slots: number; perOrg: number; perWorkflow: number }) => {
  const queue = createFairQueue<Run>({ limits: limits, weightOf: evenly, isHostFree });
  const waiting = new Set<Run>();
  const inHand = new Set<Run>();
  const taken: Run[] = [];
  let id = 0;
  const takeAll = () => {
    for (let run = queue.next(); run; run = queue.next()) {
      waiting.delete(run);
      inHand.add(run);
      taken.push(run);
    }
  };
  const check = () => {
    const ofOrg = countBy(inHand, ({ org }) => org);
    const ofWorkflow = countBy(inHand, ({ workflow }) => workflow);
    expect(inHand.size).toBeLessThanOrEqual(limits.slots);
    for (const count of ofOrg.values()) expect(count).toBeLessThanOrEqual(limits.perOrg);
    for (const count of ofWorkflow.values()) expect(count).toBeLessThanOrEqual(limits.perWorkflow);
    // No slot is empty while a run waits that no limit holds back.
    const isFree = (run: Run) =>
      inHand.size < limits.slots &&
      (ofOrg.get(run.org) ?? 0) < limits.perOrg &&
      (ofWorkflow.get(run.workflow) ?? 0) < limits.perWorkflow;
    expect([...waiting].filter(isFree)).toEqual([]);
    expect(queue.counts()).toMatchObject({ inHand: inHand.size, waiting: waiting.size });
  };
  const end = (nth: number) => {
    const run = [...inHand][nth % Math.max(1, inHand.size)];
    if (!run) return;
    inHand.delete(run);
    queue.done(run);
  };
  for (const step of played) {
    if (step === 'letGo') queue.letGo();
    else if ('end' in step) end(step.end);
    else {
      const run = { ...step.add, id: id++ };
      waiting.add(run);
      queue.add(run);
    }
    takeAll();
    check();
  }
  while (inHand.size > 0) {
    end(0);
    takeAll();
    check();
  }
  return { added: id, taken, counts: queue.counts() };
};

describe('limits', () => {
  const limits = fc.record({
    slots: fc.integer({ min: 1, max: 8 }),
    perOrg: fc.integer({ min: 1, max: 5 }),
    perWorkflow: fc.integer({ min: 1, max: 3 }),
  });

  it('are never exceeded, leave no slot empty that could be used, and lose no run', () => {
    fc.assert(
      fc.property(steps, limits, (played, given) => {
        const { added, taken, counts } = play(played, given);
        expect(new Set(taken.map(({ id }) => id)).size).toBe(added);
        expect(taken).toHaveLength(added);
        expect(counts).toEqual({ inHand: 0, waiting: 0, held: 0 });
      }),
    );
  });

  it('of one workflow hold back no other of its organisation', () => {
    const queue = createFairQueue<Run>({
      limits: { slots: 4, perOrg: 3, perWorkflow: 1 },
      weightOf: evenly,
      isHostFree,
    });
    for (const run of [...aFlood('a', 9, 'one'), ...aFlood('a', 1, 'two')]) queue.add(run);
    expect([queue.next(), queue.next(), queue.next()].map((run) => run?.workflow)).toEqual([
      'a-one',
      'a-two',
      undefined,
    ]);
  });
});

describe('messages that wait', () => {
  it('are let go of where the line is longest, the latest first, and keep their place in it', () => {
    const queue = createFairQueue<Run>({ limits: unlimited, weightOf: evenly, isHostFree });
    for (const run of [...aFlood('loud', 3), ...aFlood('quiet', 1)]) expect(queue.add(run)).toBe(true);
    expect(queue.letGo()).toMatchObject({ org: 'loud', id: 2 });
    // Those behind it could not keep theirs, or they would be served as if they had come before.
    expect(queue.add({ org: 'loud', workflow: 'loud-w', id: 3 })).toBe(false);
    expect(queue.counts().held).toBe(3);
    const served = takeInTurn(queue, 5).map(({ org, id }) => `${org}-${id}`);
    expect(served).toEqual(['loud-0', 'quiet-0', 'loud-1', 'loud-2', 'loud-3']);
    expect(queue.counts()).toEqual({ inHand: 0, waiting: 0, held: 0 });
  });
});
