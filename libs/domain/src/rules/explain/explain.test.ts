import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRuleSet } from '../compile.ts';
import { decide } from '../decide.ts';
import { decimal, digits, type Decimal } from '../decimal.ts';
import type { RateFacts } from '../facts.ts';
import type { RuleSet } from '../rule.ts';
import { aRate, aRuleSet, decided, someFacts } from '../rules.fixture.ts';
import { applyEdits } from './edit.ts';
import { explainDecision, type Change } from './explain.ts';

const explained = (ruleSet: RuleSet, facts: RateFacts) => explainDecision(compileRuleSet(ruleSet), facts);
const of = (ruleSet: RuleSet, facts: RateFacts, id: string) =>
  explained(ruleSet, facts).rates.find(({ rate }) => rate === id);

const ups = aRate({ id: 'ups', total_charge: '10.00', transit_days: 5 });
const fedex = aRate({
  id: 'fedex',
  carrier_name: 'fedex',
  carrier_id: 'f',
  total_charge: '12.50',
  transit_days: 2,
  meta: {},
});
const facts = someFacts({ rates: [ups, fedex] });
const cheapest = { name: 'Cheapest', actions: { select_service: { strategy: 'cheapest' } } };
const fastest = { name: 'Fastest', actions: { select_service: { strategy: 'fastest' } } };

describe('an explanation', () => {
  it('says which rule selected, and how', () => {
    expect(explained(aRuleSet(cheapest), facts).says).toBe(
      'ups was selected by “Cheapest” as the cheapest of those it chooses from.',
    );
  });

  it('says what a dearer rate would have had to cost, to the cent', () => {
    const rate = of(aRuleSet(cheapest), facts, 'fedex');
    expect(rate?.because).toBe('a cost of 12.5 USD, where ups has a cost of 10 USD.');
    // Equal prices: the one that is faster comes first.
    expect(rate?.changes[0]).toEqual({
      edits: [{ edit: 'total_charge', rate: 'fedex', from: '12.5', to: '10', currency: 'USD' }],
      says: 'If it cost 10 USD instead of 12.5.',
    });
  });

  it('says how fast a slower rate would have had to be', () => {
    const rate = of(aRuleSet(fastest), facts, 'ups');
    expect(rate?.changes.map(({ says }) => says)).toContain('If it took 2 days instead of 5.');
  });

  it('names the rule that kept a rate out, alone or with the price that is still missing', () => {
    const block = { name: 'No FedEx', conditions: { carrier_id: 'fedex' }, actions: { block_service: true } };
    const blocked = of(aRuleSet(fastest, block), facts, 'fedex');
    expect(blocked).toMatchObject({ standing: 'blocked', because: 'Blocked by “No FedEx”.' });
    expect(blocked?.changes.map(({ says }) => says)).toEqual(['If the rule “No FedEx” was off.']);
    expect(of(aRuleSet(cheapest, block), facts, 'fedex')?.changes.map(({ says }) => says)).toEqual([
      'If the rule “No FedEx” was off and it cost 10 USD instead of 12.5.',
    ]);
  });

  it('finds what the shipment could have been', () => {
    const heavy = { ...fastest, conditions: { weight: { min: 20, unit: 'lb' } }, priority: 9 };
    const given = { ...facts, shipment: { parcels: [{ weight: 5, weight_unit: 'LB' }] } };
    expect(of(aRuleSet(cheapest, heavy), given, 'fedex')?.changes.map(({ says }) => says)).toContain(
      'If the shipment weighed 20 lb instead of 5.',
    );
    const friday = {
      ...fastest,
      priority: 9,
      condition: { field: 'shipment.weekday', operator: 'eq', value: 'saturday' },
    };
    expect(of(aRuleSet(cheapest, friday), facts, 'fedex')?.changes.map(({ says }) => says)).toContain(
      'If it was shipped on 2026-11-28 instead of 2026-11-27.',
    );
  });

  it('knows at which price a preference for another carrier no longer holds', () => {
    const prefer = { type: 'prefer_carrier', choice: { carrier: 'fedex' }, within_percent: 25 };
    const rules = aRuleSet(cheapest, { furtherActions: [prefer] });
    expect(of(rules, facts, 'ups')?.changes[0]?.says).toBe('If it cost 9.99 USD instead of 10.');
  });

  it('is of the rates that are asked for', () => {
    const { rates } = explainDecision(compileRuleSet(aRuleSet(cheapest)), facts, ['fedex']);
    expect(rates.map(({ rate, changes }) => [rate, changes[0]?.says])).toEqual([
      ['fedex', 'If it cost 10 USD instead of 12.5.'],
    ]);
  });

  it('says why nothing was selected', () => {
    const abroad = { ...cheapest, conditions: { destination: { country_code: 'CA' } } };
    expect(explained(aRuleSet(abroad), facts).says).toContain('No rule that selects applies');
    const blockAll = { name: 'Stop', actions: { block_service: true } };
    expect(explained(aRuleSet(cheapest, blockAll), facts)).toMatchObject({
      says: expect.stringContaining('blocked or filtered every rate'),
      rates: [{ because: 'Blocked by “Stop”.' }, {}],
    });
  });
});

describe('every change', () => {
  const rates = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.option(fc.integer({ min: 0, max: 6 }))), {
      minLength: 2,
      maxLength: 5,
    })
    .map((list) =>
      list.map(([cents, days], position) =>
        aRate({
          id: `r${position}`,
          carrier_name: ['ups', 'fedex', 'dhl'][position % 3] ?? '',
          total_charge: digits(decimal(cents).times('0.05')),
          transit_days: days,
        }),
      ),
    );
  const rule = fc.record({
    priority: fc.integer({ min: 0, max: 5 }),
    condition: fc.constantFrom(
      null,
      { field: 'rate.carrier', operator: 'eq', value: 'fedex' },
      { field: 'rate.total_charge', operator: 'lt', value: 6 },
      { field: 'shipment.weight', operator: 'gte', value: 10, unit: 'kg' },
      { rates: 'any', where: { field: 'rate.total_charge', operator: 'lt', value: 6 } },
    ),
    furtherActions: fc.constantFrom<object[]>(
      [{ type: 'block_service' }],
      [{ type: 'surcharge', percent: 10, amount: '0.50' }],
      [{ type: 'discount', amount: '1.25' }],
      [{ type: 'select_service', strategy: 'cheapest' }],
      [{ type: 'select_service', strategy: 'fastest' }],
      [{ type: 'prefer_carrier', choice: { carrier: 'dhl' }, within_percent: 20 }],
    ),
  });
  const cases = fc.tuple(
    fc.array(rule, { minLength: 1, maxLength: 4 }),
    rates,
    fc.integer({ min: 1, max: 20 }),
  );
  const situation = ([rules, list, kg]: [unknown[], ReturnType<typeof aRate>[], number]) => ({
    compiled: compileRuleSet(aRuleSet(...(rules as never[]))),
    facts: someFacts({ rates: list, shipment: { parcels: [{ weight: kg, weight_unit: 'KG' }] } }),
  });

  it('selects the rate, when it is applied', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { compiled, facts: all } = situation(given);
        for (const { rate, changes } of explainDecision(compiled, all).rates) {
          for (const { edits } of changes) {
            const changed = applyEdits({ compiled, facts: all }, edits);
            expect(decide(changed.compiled, changed.facts).decision.rate).toBe(rate);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('of a price is the smallest: no price nearer to the cent selects it', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { compiled, facts: all } = situation(given);
        for (const { rate, standing, changes } of explainDecision(compiled, all).rates) {
          if (standing === 'selected') continue;
          const from = all.rates.find(({ id }) => id === rate)?.total_charge ?? 0;
          for (const to of nearerPrices(decimal(from), smallestPrice(changes))) {
            const edit = { edit: 'total_charge', rate, from: '', to, currency: 'USD' } as const;
            const changed = applyEdits({ compiled, facts: all }, [edit]);
            expect(decide(changed.compiled, changed.facts).decision.rate).not.toBe(rate);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** The price that alone is said to be enough. */
const smallestPrice = (changes: readonly Change[]): string | undefined => {
  const [only] = changes.flatMap(({ edits }) => (edits.length === 1 ? edits : []));
  return only?.edit === 'total_charge' ? only.to : undefined;
};

/** All that are nearer than `found`; where none was found, those within 60 cents. */
const nearerPrices = (from: Decimal, found: string | undefined): readonly string[] => {
  const distance = found === undefined ? decimal('0.6') : from.minus(found).abs();
  return Array.from({ length: 60 }, (_, cents) => decimal(cents + 1).times('0.01'))
    .filter((step) => step.lt(distance))
    .flatMap((step) => [from.minus(step), from.plus(step)])
    .filter((to) => to.gte(0))
    .map(digits);
};

it('explains what was decided', () => {
  expect(explained(aRuleSet(cheapest), facts)).toMatchObject(decided(aRuleSet(cheapest), facts));
});
