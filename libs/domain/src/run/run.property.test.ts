import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anAction, aPlan } from '../plan/plan.fixture.ts';
import type { Plan } from '../plan/plan.ts';
import { controlRun } from './control.ts';
import type { RunEvent } from './event.ts';
import { next, parkDeferred, takeOver, type Performance } from './interpreter.ts';
import { afterFailure } from './retry.ts';
import { evolveRun, noRun } from './state.ts';

const at = '2026-11-22T09:00:00.000Z';

type Ending = 'succeed' | 'stop' | 'fail' | 'crash' | 'refused' | 'unanswered' | 'defer' | 'pause' | 'cancel';

const planOf = (sizes: readonly number[]): Plan =>
  aPlan(
    sizes.map((size, order) =>
      Array.from({ length: size }, (_, index) =>
        anAction({
          id: `wact_${order}_${index}`,
          slug: `a_${order}_${index}`,
          method: index % 2 === 0 ? 'get' : 'post',
        }),
      ),
    ),
  );

const output = { output: { json: null } };

const outcome = ({ action, attempt, as }: Performance, ending: Ending, at: string): readonly RunEvent[] => {
  const request = { method: 'GET', url: 'u', headers: {}, body: null };
  const started: RunEvent = { type: 'ActionStarted', data: { ...attempt, request, idempotencyKey: 'k', at } };
  if (as === 'ask' && ending === 'defer') return [parkDeferred(attempt.slug, 'm', at)];
  if (as === 'ask') return [{ type: 'ActionSucceeded', data: { ...attempt, ...output, startedAt: at, at } }];
  if (ending === 'defer') {
    return [
      started,
      { type: 'ActionDeferred', data: { ...attempt, ...output, message: 'm', startedAt: at, at } },
    ];
  }
  if (ending === 'crash') return [started];
  if (ending === 'refused' || ending === 'unanswered') {
    const failed = { ...attempt, failure: { code: 'x', message: 'x' }, startedAt: at, at };
    const again = ending === 'refused' ? 'safe' : 'unsure';
    return [started, afterFailure(action, failed, { again }, 0.5)];
  }
  if (ending === 'fail') {
    const failure = { code: 'x', message: 'x' };
    return [started, { type: 'ActionFailed', data: { ...attempt, failure, startedAt: at, at } }];
  }
  const data = { ...attempt, output: { json: null }, passed: ending === 'succeed', startedAt: at, at };
  return [started, { type: 'ActionSucceeded', data }];
};

const decided = (decision: ReturnType<typeof controlRun>): readonly RunEvent[] => {
  if ('rejected' in decision) throw new Error(decision.rejected.message);
  return decision.accepted;
};

const controlled = (
  type: 'Pause' | 'Cancel' | 'Resume' | 'Redrive',
  events: readonly RunEvent[],
  at: string,
) => decided(controlRun(events.reduce(evolveRun, noRun), { type, by: 'ann', at }));

/** A person says that what nobody knows about went well. */
const settled = (slug: string, events: readonly RunEvent[], at: string) => {
  const attempt = {
    slug,
    actionId: `wact_${slug}`,
    actionType: 'http_request',
    order: 0,
    attempt: 1,
  } as const;
  const run = events.reduce(evolveRun, noRun);
  return decided(controlRun(run, { type: 'Settle', attempt, as: 'succeeded', by: 'ann', at }));
};

type Deal = () => Ending;

/** The facts of one turn: what was performed, until a person stepped in. */
const performed = (
  performances: readonly Performance[],
  deal: Deal,
  before: readonly RunEvent[],
  now: string,
) => {
  const facts: RunEvent[] = [];
  for (const performance of performances) {
    const ending = deal();
    if (ending === 'pause' || ending === 'cancel') {
      const type = ending === 'pause' ? 'Pause' : 'Cancel';
      return [...facts, ...controlled(type, [...before, ...facts], now)];
    }
    facts.push(...outcome(performance, ending, now));
  }
  return facts;
};

/** What follows from a run that goes on, and when. */
const turn = (plan: Plan, events: readonly RunEvent[], deal: Deal, now: string) => {
  const step = next(plan, events.reduce(evolveRun, noRun), now);
  if ('conclude' in step) return { facts: [step.conclude], now };
  if ('waitUntil' in step) return { facts: [], now: step.waitUntil };
  if ('park' in step)
    return { facts: [step.park, ...settled(step.park.data.action ?? '', events, now)], now };
  if ('perform' in step) return { facts: performed(step.perform, deal, events, now), now };
  if (step.idle === 'parked') return { facts: controlled('Redrive', events, now), now };
  if (step.idle !== 'paused') throw new Error(`stuck: ${step.idle}`);
  return { facts: controlled('Resume', events, now), now };
};

/** Runs a plan to its end; the endings are dealt out in turn, and a crash hands the run to the next executor. */
const play = (plan: Plan, endings: readonly Ending[]): readonly RunEvent[] => {
  const events: RunEvent[] = [
    {
      type: 'RunRequested',
      data: { workflowId: 'wkfl_1', planHash: 'h', eventType: 'manual', testMode: false, parameters: {}, at },
    },
  ];
  let dealt = 0;
  let now = at;
  const deal = () => endings[dealt++] ?? 'succeed';
  for (let turns = 0; turns < 1_000; turns++) {
    const run = events.reduce(evolveRun, noRun);
    if (run.status === 'ended') return events;
    events.push(...takeOver(plan, run, now));
    const followed = turn(plan, events, deal, now);
    events.push(...followed.facts);
    ({ now } = followed);
  }
  throw new Error('no end');
};

const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 });
const endings = fc.array(
  fc.constantFrom<Ending>(
    'succeed',
    'succeed',
    'stop',
    'fail',
    'crash',
    'refused',
    'unanswered',
    'pause',
    'cancel',
  ),
  {
    maxLength: 20,
  },
);

it('ends every run, whatever its actions do and however often its executor dies', () => {
  fc.assert(
    fc.property(sizes, endings, (plan, deal) => {
      const events = play(planOf(plan), deal);
      expect(events.reduce(evolveRun, noRun)).toMatchObject({ status: 'ended' });
    }),
  );
});

it('never sends a POST again that may have taken effect', () => {
  fc.assert(
    fc.property(sizes, endings, (plan, deal) => {
      const sent = new Set<string>();
      const twice: string[] = [];
      for (const { type, data } of play(planOf(plan), deal)) {
        if (!('slug' in data) || !data.slug.endsWith('_1')) continue;
        if (type === 'ActionStarted' && sent.has(data.slug)) twice.push(data.slug);
        if (type === 'ActionStarted') sent.add(data.slug);
        // It never arrived, or was answered with a wish for another one.
        if (type === 'ActionRetryScheduled') sent.delete(data.slug);
      }
      expect(twice).toEqual([]);
    }),
  );
});

it('begins no action of a higher order before all lower ones succeeded', () => {
  fc.assert(
    fc.property(sizes, endings, (size, deal) => {
      const plan = planOf(size);
      const succeeded = new Set<string>();
      for (const event of play(plan, deal)) {
        if (event.type === 'ActionSucceeded' || event.type === 'ActionSettled')
          succeeded.add(event.data.slug);
        if (event.type !== 'ActionStarted') continue;
        const { order } = event.data;
        const lower = plan.steps.filter((step) => step.order < order).flatMap((step) => step.actions);
        expect(lower.every(({ slug }) => succeeded.has(slug))).toBe(true);
      }
    }),
  );
});
