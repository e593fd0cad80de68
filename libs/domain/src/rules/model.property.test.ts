import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startBacktest, type RecordedDecision } from './backtest.ts';
import { compileRuleSet } from './compile.ts';
import { decide } from './decide.ts';
import { aRate, aRuleSet, someFacts } from './rules.fixture.ts';

/** Rules and rates in whole cents, grams and percents, so that the model below needs nothing but numbers. */
type Test =
  | { kind: 'carrier'; carrier: string }
  | { kind: 'under'; cents: number }
  | { kind: 'days'; days: number }
  | { kind: 'weight'; grams: number }
  | { kind: 'country'; countries: string[] };
type Tree = Test | { kind: 'all' | 'any'; parts: Tree[] } | { kind: 'not'; part: Tree };
type Act =
  | { kind: 'block' }
  | { kind: 'filter'; where: Tree }
  | { kind: 'adjust'; percent: number; cents: number; isDiscount: boolean }
  | { kind: 'select'; strategy: 'cheapest' | 'fastest' | 'preferred'; carriers: string[] }
  | { kind: 'prefer'; carrier: string; cents: number };
type Rule = { priority: number; tree: Tree; acts: Act[] };
type Rate = { id: string; carrier: string; cents: number; days: number | null };
type World = { rules: Rule[]; rates: Rate[]; grams: number | null; country: string | null };

const carriers = ['ups', 'fedex', 'dhl'];
const carrier = fc.constantFrom(...carriers);
const test: fc.Arbitrary<Test> = fc.oneof(
  carrier.map((name): Test => ({ kind: 'carrier', carrier: name })),
  fc.integer({ min: 0, max: 12 }).map((n): Test => ({ kind: 'under', cents: n * 50 })),
  fc.integer({ min: 0, max: 4 }).map((days): Test => ({ kind: 'days', days })),
  fc.integer({ min: 0, max: 4 }).map((n): Test => ({ kind: 'weight', grams: n * 500 })),
  fc
    .subarray(['US', 'CA', 'MX'], { minLength: 1 })
    .map((countries): Test => ({ kind: 'country', countries })),
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    test,
    fc
      .tuple(
        fc.constantFrom<'all' | 'any'>('all', 'any'),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      )
      .map(([kind, parts]): Tree => ({ kind, parts })),
    tie('tree').map((part): Tree => ({ kind: 'not', part })),
  ),
}));
const someAct: fc.Arbitrary<Act> = fc.oneof(
  fc.constant<Act>({ kind: 'block' }),
  tree.map((where): Act => ({ kind: 'filter', where })),
  fc
    .record({
      percent: fc.integer({ min: 0, max: 50 }),
      cents: fc.integer({ min: 0, max: 300 }),
      isDiscount: fc.boolean(),
    })
    .map((adjust): Act => ({ kind: 'adjust', ...adjust })),
  fc
    .tuple(
      fc.constantFrom<'cheapest' | 'fastest' | 'preferred'>('cheapest', 'fastest', 'preferred'),
      fc.shuffledSubarray(carriers, { minLength: 1 }),
    )
    .map(([strategy, list]): Act => ({ kind: 'select', strategy, carriers: list })),
  fc.constantFrom<Act>(
    { kind: 'select', strategy: 'cheapest', carriers: [] },
    { kind: 'select', strategy: 'fastest', carriers: [] },
  ),
  fc
    .tuple(carrier, fc.integer({ min: 0, max: 400 }))
    .map(([name, cents]): Act => ({ kind: 'prefer', carrier: name, cents })),
);
const rules: fc.Arbitrary<Rule[]> = fc.array(
  fc.record({
    priority: fc.integer({ min: 0, max: 3 }),
    tree,
    acts: fc.array(someAct, { minLength: 1, maxLength: 2 }),
  }),
  { maxLength: 6 },
);
const world: fc.Arbitrary<World> = fc.record({
  rules,
  rates: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6'),
      carrier,
      cents: fc.integer({ min: 0, max: 12 }).map((n) => n * 50),
      days: fc.option(fc.integer({ min: 0, max: 4 })),
    }),
    { selector: ({ id }) => id, maxLength: 6 },
  ),
  grams: fc.option(fc.integer({ min: 0, max: 4 }).map((n) => n * 500)),
  country: fc.option(fc.constantFrom('US', 'CA')),
});

const someWorld: World = { rules: [], rates: [], grams: null, country: null };

/** As the log gives it back. */
const recordedOf = (recorded: RecordedDecision): RecordedDecision => JSON.parse(JSON.stringify(recorded));

// The model: what the documentation says, in the plainest way.

const holds = (node: Tree, rate: Rate, { grams, country }: World): boolean | null => {
  switch (node.kind) {
    case 'carrier':
      return rate.carrier === node.carrier;
    case 'under':
      return rate.cents < node.cents;
    case 'days':
      return rate.days === null ? null : rate.days <= node.days;
    case 'weight':
      return grams === null ? null : grams >= node.grams;
    case 'country':
      return country === null ? null : node.countries.includes(country);
    case 'not': {
      const inner = holds(node.part, rate, { grams, country } as World);
      return inner === null ? null : !inner;
    }
    case 'all':
    case 'any': {
      const parts = node.parts.map((part) => holds(part, rate, { grams, country } as World));
      const decisive = node.kind === 'any';
      if (parts.includes(decisive)) return decisive;
      return parts.includes(null) ? null : !decisive;
    }
  }
};

const orderOf = ({ rules }: World): Rule[] => rules.toSorted((a, b) => b.priority - a.priority);

const applies = (rule: Rule, rate: Rate, given: World) => holds(rule.tree, rate, given) === true;

const applying = (rate: Rate, given: World): Act[] =>
  given.rules.filter((rule) => applies(rule, rate, given)).flatMap(({ acts }) => acts);

const isLeft = (rate: Rate, given: World): boolean =>
  applying(rate, given).every(
    (one) => one.kind !== 'block' && (one.kind !== 'filter' || holds(one.where, rate, given) === true),
  );

/** In hundredths of a cent. */
const costOf = (rate: Rate, given: World): number =>
  applying(rate, given).reduce(
    (sum, one) =>
      one.kind === 'adjust'
        ? sum + (one.isDiscount ? -1 : 1) * (rate.cents * one.percent + one.cents * 100)
        : sum,
    rate.cents * 100,
  );

const rankedFor = (strategy: string, scope: Rate[], given: World): Rate[] => {
  const days = (rate: Rate) => rate.days ?? 1_000;
  const cost = (rate: Rate) => costOf(rate, given);
  const name = ({ carrier: carrierName, id }: Rate) => `${carrierName} ${id}`;
  const byDays = (a: Rate, b: Rate) => days(a) - days(b);
  const byCost = (a: Rate, b: Rate) => cost(a) - cost(b);
  const byName = (a: Rate, b: Rate) => (name(a) < name(b) ? -1 : 1);
  return scope.toSorted((a, b) =>
    strategy === 'fastest'
      ? byDays(a, b) || byCost(a, b) || byName(a, b)
      : byCost(a, b) || byDays(a, b) || byName(a, b),
  );
};

type Select = Extract<Act, { kind: 'select' }>;

const scopeOf = ({ strategy, carriers: wanted }: Select, left: Rate[]): Rate[] => {
  if (wanted.length === 0) return left;
  const first = wanted.find((name) => left.some((rate) => rate.carrier === name));
  return left.filter((rate) =>
    strategy === 'preferred' ? rate.carrier === first : wanted.includes(rate.carrier),
  );
};

const likedOf = (ranked: Rate[], best: Rate, given: World): Rate | undefined =>
  orderOf(given)
    .flatMap((rule) => rule.acts.map((one) => ({ rule, one })))
    .flatMap(({ rule, one }) =>
      one.kind === 'prefer'
        ? (ranked.find(
            (rate) =>
              rate.carrier === one.carrier &&
              applies(rule, rate, given) &&
              costOf(rate, given) <= costOf(best, given) + one.cents * 100,
          ) ?? [])
        : [],
    )[0];

const modelled = (given: World): string | null => {
  for (const { rule, one } of orderOf(given).flatMap((each) =>
    each.acts.map((act) => ({ rule: each, one: act })),
  )) {
    if (one.kind !== 'select') continue;
    const left = given.rates.filter((rate) => isLeft(rate, given) && applies(rule, rate, given));
    const ranked = rankedFor(one.strategy, scopeOf(one, left), given);
    const [best] = ranked;
    if (best) return (likedOf(ranked, best, given) ?? best).id;
  }
  return null;
};

// The same, as rules and facts.

const money = (cents: number) => (cents / 100).toFixed(2);
const conditionOf = (node: Tree): object => {
  switch (node.kind) {
    case 'carrier':
      return { field: 'rate.carrier', operator: 'eq', value: node.carrier };
    case 'under':
      return { field: 'rate.total_charge', operator: 'lt', value: money(node.cents) };
    case 'days':
      return { field: 'rate.transit_days', operator: 'lte', value: node.days };
    case 'weight':
      return { field: 'shipment.weight', operator: 'gte', value: node.grams, unit: 'g' };
    case 'country':
      return { field: 'destination.country_code', operator: 'in', value: node.countries };
    case 'not':
      return { not: conditionOf(node.part) };
    case 'all':
      return { all: node.parts.map(conditionOf) };
    case 'any':
      return { any: node.parts.map(conditionOf) };
  }
};
const actionOf = (one: Act): object => {
  switch (one.kind) {
    case 'block':
      return { type: 'block_service' };
    case 'filter':
      return { type: 'filter', where: conditionOf(one.where) };
    case 'adjust':
      return {
        type: one.isDiscount ? 'discount' : 'surcharge',
        percent: one.percent,
        amount: money(one.cents),
      };
    case 'select':
      return {
        type: 'select_service',
        strategy: one.strategy,
        choices: one.carriers.map((name) => ({ carrier: name })),
      };
    case 'prefer':
      return { type: 'prefer_carrier', choice: { carrier: one.carrier }, within_amount: money(one.cents) };
  }
};
const rulesOf = ({ rules }: World) =>
  aRuleSet(
    ...rules.map((rule) => ({
      priority: rule.priority,
      condition: conditionOf(rule.tree) as never,
      furtherActions: rule.acts.map(actionOf) as never,
    })),
  );
const factsOf = ({ rates, grams, country }: World) =>
  someFacts({
    shipment: {
      recipient: { country_code: country },
      parcels: grams === null ? null : [{ weight: grams / 1000, weight_unit: 'KG' }],
    },
    rates: rates.map((rate) =>
      aRate({
        id: rate.id,
        carrier_name: rate.carrier,
        carrier_id: null,
        meta: {},
        service: 's',
        total_charge: rate.cents / 100,
        transit_days: rate.days,
      }),
    ),
  });

describe('a decision', () => {
  it('is the one of the plainest reading of the documentation', () => {
    fc.assert(
      fc.property(world, (given) => {
        expect(decide(compileRuleSet(rulesOf(given)), factsOf(given)).decision.rate).toBe(modelled(given));
      }),
      { numRuns: 800 },
    );
  });

  it('does not depend on the order in which the rates come, and is the same again', () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat(1_000)), (given, chance) => {
        const compiled = compileRuleSet(rulesOf(given));
        const facts = factsOf(given);
        const keyed = facts.rates.map((rate) => ({ rate, key: chance.next().value ?? 0 }));
        const shuffled = { ...facts, rates: keyed.toSorted((a, b) => a.key - b.key).map(({ rate }) => rate) };
        const { decision, trace } = decide(compiled, facts);
        const again = decide(compileRuleSet(rulesOf(given)), shuffled);
        expect(again.decision).toEqual(decision);
        const byId = <T extends { rate: string }>(list: readonly T[]) =>
          list.toSorted((a, b) => (a.rate < b.rate ? -1 : 1));
        expect(byId(again.trace.rates)).toEqual(byId(trace.rates));
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on where the rules stand that only shape the rates', () => {
    fc.assert(
      fc.property(
        world,
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 6, maxLength: 6 }),
        (given, priorities) => {
          const isShaping = ({ acts }: Rule) =>
            acts.every(({ kind }) => kind !== 'select' && kind !== 'prefer');
          const moved = given.rules.map((rule, position) =>
            isShaping(rule) ? { ...rule, priority: priorities[position] ?? 0 } : rule,
          );
          const rate = (rules: Rule[]) =>
            decide(compileRuleSet(rulesOf({ ...given, rules })), factsOf(given)).decision.rate;
          expect(rate(moved)).toBe(rate(given.rules));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('comes out the same in a backtest of the rules that made it, from what was recorded', () => {
    fc.assert(
      fc.property(fc.array(world, { minLength: 1, maxLength: 3 }), rules, (worlds, own) => {
        const compiled = compileRuleSet(rulesOf({ ...someWorld, rules: own }));
        const backtest = startBacktest(compiled);
        for (const given of worlds) {
          const facts = factsOf(given);
          backtest.add(recordedOf({ id: 'd', facts, decision: decide(compiled, facts).decision }));
        }
        expect(backtest.result()).toMatchObject({ decisions: worlds.length, flips: 0, otherwiseChanged: 0 });
      }),
      { numRuns: 100 },
    );
  });

  it('never has more rates to choose from because a rule blocks', () => {
    fc.assert(
      fc.property(world, tree, fc.integer({ min: 0, max: 3 }), (given, blocked, priority) => {
        const more: World = {
          ...given,
          rules: [...given.rules, { priority, tree: blocked, acts: [{ kind: 'block' }] }],
        };
        const left = (of: World) => {
          const { trace } = decide(compileRuleSet(rulesOf(of)), factsOf(of));
          return trace.rates
            .filter(({ standing }) => standing !== 'blocked' && standing !== 'filtered')
            .map(({ rate }) => rate);
        };
        const before = new Set(left(given));
        expect(left(more).filter((rate) => !before.has(rate))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
