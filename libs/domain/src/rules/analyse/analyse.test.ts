import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.ts';
import { compileCondition } from '../compile-condition.ts';
import { asksOf } from '../match.ts';
import { readCondition } from '../read-condition.ts';
import { aRate, aRuleSet, decided, someFacts } from '../rules.fixture.ts';
import { sceneOf } from '../view.ts';
import { analyseRuleSet } from './analyse.ts';

const select = { actions: { select_service: { strategy: 'cheapest' } } };
const block = { actions: { block_service: true } };
const test = (field: string, operator: string, value?: unknown, more: object = {}): JsonObject =>
  ({ field, operator, ...(value === undefined ? {} : { value }), ...more }) as JsonObject;
const all = (...conditions: readonly JsonObject[]): JsonObject => ({ all: conditions });
const never = (condition: JsonObject) =>
  analyseRuleSet(aRuleSet({ condition, ...select })).filter(({ kind }) => kind === 'never_matches');

describe('a rule that can never match', () => {
  it.each<[string, JsonObject]>([
    [
      'a weight in two units',
      all(
        test('shipment.weight', 'gte', 10, { unit: 'kg' }),
        test('shipment.weight', 'lt', 22, { unit: 'lb' }),
      ),
    ],
    [
      'bounds that exclude their only value',
      all(
        test('rate.transit_days', 'lte', 2),
        test('rate.transit_days', 'gte', 2),
        test('rate.transit_days', 'ne', 2),
      ),
    ],
    [
      'a number of a list, out of a range',
      all(test('shipment.item_count', 'in', [1, 9]), test('shipment.item_count', 'between', [2, 8])),
    ],
    [
      'two countries',
      all(test('destination.country_code', 'eq', 'US'), test('destination.country_code', 'in', ['ca', 'mx'])),
    ],
    [
      'a country, and not that country',
      {
        all: [
          test('origin.country_code', 'eq', 'de'),
          { not: test('origin.country_code', 'in', ['DE', 'AT']) },
        ],
      },
    ],
    [
      'two beginnings',
      all(test('rate.service', 'starts_with', 'ups_'), test('rate.service', 'starts_with', 'fedex_')),
    ],
    [
      'a service without what it has to contain',
      all(test('rate.service', 'in', ['ground', 'air']), test('rate.service', 'matches', '^sea')),
    ],
    [
      'postal codes apart',
      all(
        test('destination.postal_code', 'in', ['902*', '10001']),
        test('destination.postal_code', 'between', ['20000', '29999']),
      ),
    ],
    [
      'a postal code that is excluded',
      all(
        test('destination.postal_code', 'eq', '90210'),
        test('destination.postal_code', 'not_in', ['902*']),
      ),
    ],
    [
      'a tag that is forbidden',
      all(test('shipment.tags', 'eq', 'a'), test('shipment.tags', 'not_in', ['A', 'b'])),
    ],
    [
      'something that is not there',
      all(test('shipment.value', 'exists', false), test('shipment.value', 'gt', 1)),
    ],
    [
      'dates apart',
      all(test('shipment.date', 'gt', '2026-12-01'), test('shipment.date', 'lt', '2026-12-01')),
    ],
    [
      'every branch of an any',
      {
        all: [
          test('shipment.channel', 'eq', 'a'),
          {
            any: [test('shipment.channel', 'eq', 'b'), { not: { not: test('shipment.channel', 'ne', 'a') } }],
          },
        ],
      },
    ],
    [
      'the same question, both ways',
      {
        all: [
          { items: 'any', where: test('item.sku', 'eq', 'X') },
          { not: { items: 'any', where: test('item.sku', 'eq', 'X') } },
        ],
      },
    ],
    [
      'numbers in metadata',
      all(
        test('shipment.metadata', 'gt', 5, { path: ['n'] }),
        test('shipment.metadata', 'lt', 5, { path: ['n'] }),
      ),
    ],
  ])('is found: %s', (_, condition) => {
    expect(never(condition)).toHaveLength(1);
    expect(never(condition)[0]?.reason).toContain('No shipment fulfils both: ');
  });

  it.each<[string, JsonObject]>([
    [
      'a carrier by two of its names',
      all(test('rate.carrier', 'eq', 'fedex'), test('rate.carrier', 'eq', 'car_1')),
    ],
    [
      'two tags',
      all(
        test('shipment.tags', 'eq', 'a'),
        test('shipment.tags', 'eq', 'b'),
        test('shipment.tags', 'ne', 'c'),
      ),
    ],
    [
      'bounds that touch',
      all(
        test('shipment.weight', 'lte', 1, { unit: 'lb' }),
        test('shipment.weight', 'gte', 16, { unit: 'oz' }),
      ),
    ],
    [
      'prices in two currencies',
      all(
        test('rate.total_charge', 'lt', 5, { currency: 'USD' }),
        test('rate.total_charge', 'gt', 6, { currency: 'CAD' }),
      ),
    ],
    [
      'a code and its extended one',
      all(
        test('destination.postal_code', 'eq', '90210'),
        test('destination.postal_code', 'starts_with', '902101'),
      ),
    ],
    [
      'one branch',
      {
        all: [
          test('shipment.channel', 'eq', 'a'),
          { any: [test('shipment.channel', 'eq', 'b'), test('shipment.channel', 'contains', 'A')] },
        ],
      },
    ],
  ])('is not claimed: %s', (_, condition) => {
    expect(never(condition)).toEqual([]);
  });

  const tests = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq', 'ne'),
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom('kg', 'g'),
      )
      .map(([operator, value, unit]) =>
        test('shipment.weight', operator, unit === 'g' ? value * 1000 : value, { unit }),
      ),
    fc
      .tuple(
        fc.constantFrom('in', 'not_in', 'between'),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
      )
      .map(([operator, a, b]) => test('rate.transit_days', operator, [Math.min(a, b), Math.max(a, b)])),
    fc
      .tuple(
        fc.constantFrom('eq', 'ne', 'contains', 'starts_with', 'matches'),
        fc.constantFrom('a', 'ab', 'b', 'B'),
      )
      .map(([operator, value]) => test('shipment.channel', operator, value)),
    fc
      .tuple(fc.constantFrom('eq', 'ne', 'in', 'not_in'), fc.constantFrom('a', 'ab', 'b'))
      .map(([operator, tag]) => test('shipment.tags', operator, operator.endsWith('in') ? [tag, 'c'] : tag)),
    fc
      .tuple(fc.constantFrom('eq', 'ne', 'starts_with'), fc.constantFrom('10', '101', '1010', '12'))
      .map(([operator, code]) => test('destination.postal_code', operator, code)),
    fc
      .tuple(fc.constantFrom('in', 'not_in'), fc.constantFrom(['10*'], ['10-11', '1010'], ['101..109']))
      .map(([operator, codes]) => test('destination.postal_code', operator, codes)),
    fc
      .tuple(fc.constantFrom('eq', 'ne', 'gt', 'lte', 'contains', 'exists'), fc.constantFrom(1, 2))
      .map(([operator, value]) =>
        test('shipment.metadata', operator, operator === 'exists' ? value === 1 : value, { path: ['m'] }),
      ),
  );
  const { tree } = fc.letrec<{ tree: JsonObject }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      tests,
      fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((list) => ({ all: list })),
      fc.array(tie('tree'), { minLength: 1, maxLength: 2 }).map((list) => ({ any: list })),
      tie('tree').map((not) => ({ not })),
    ),
  }));
  const facts = fc.record({
    kg: fc.option(fc.integer({ min: 0, max: 4 })),
    days: fc.option(fc.integer({ min: 0, max: 4 })),
    channel: fc.option(fc.constantFrom('a', 'ab', 'B', 'ba')),
    tags: fc.option(fc.subarray(['a', 'ab', 'b', 'c'])),
    postal_code: fc.option(fc.constantFrom('10', '101', '1010', '11', '109', '12')),
    m: fc.option(fc.constantFrom<unknown>(1, 2, '1', 'x1', ['1'])),
  });
  const factsOf = (given: typeof facts extends fc.Arbitrary<infer T> ? T : never) =>
    someFacts({
      shipment: {
        parcels: given.kg === null ? null : [{ weight: given.kg, weight_unit: 'KG' }],
        channel: given.channel,
        tags: given.tags,
        recipient: { postal_code: given.postal_code },
        metadata: given.m === null ? {} : { m: given.m as never },
      },
      rates: [aRate({ transit_days: given.days })],
    });

  it('is one that no facts fulfil: nothing is claimed that is not so', () => {
    fc.assert(
      fc.property(tree, fc.array(facts, { minLength: 40, maxLength: 40 }), (condition, many) => {
        if (never(condition).length === 0) return;
        const read = readCondition(condition, '');
        if ('refused' in read) throw new Error(JSON.stringify(read.refused));
        const { ask } = compileCondition(read.read);
        for (const given of many) {
          for (const of of asksOf(sceneOf(factsOf(given))).rates) expect(ask(of)).not.toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('takes no selection away where it is said to be shadowed', () => {
    fc.assert(
      fc.property(tree, tree, fc.array(facts, { minLength: 20, maxLength: 20 }), (first, second, many) => {
        const rules = aRuleSet(
          { condition: first, ...select, priority: 2 },
          { condition: second, ...select, priority: 1 },
        );
        if (!analyseRuleSet(rules).some(({ kind }) => kind === 'shadowed')) return;
        for (const given of many) expect(decided(rules, factsOf(given)).decision.rule).not.toBe('rule-2');
      }),
      { numRuns: 400 },
    );
  });
});

describe('a rule that an earlier one leaves nothing to select', () => {
  it('is found, with facts for which it is so', () => {
    const rules = aRuleSet(
      { name: 'Any', ...select, priority: 9, condition: test('shipment.weight', 'gte', 1, { unit: 'lb' }) },
      {
        ...select,
        condition: all(test('shipment.weight', 'gt', 1, { unit: 'kg' }), test('rate.carrier', 'eq', 'ups')),
      },
    );
    const [found, ...others] = analyseRuleSet(rules);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      rule: 'rule-2',
      kind: 'shadowed',
      by: 'rule-1',
      reason: expect.stringContaining('“Any”'),
    });
    expect(found?.example && decided(rules, found.example).decision.rule).toBe('rule-1');
  });

  it.each<[string, object, object]>([
    ['is narrower', { condition: test('rate.carrier', 'eq', 'ups') }, {}],
    [
      'asks for what may not be given',
      { condition: { not: test('shipment.channel', 'eq', 'x') } },
      { condition: test('rate.carrier', 'eq', 'ups') },
    ],
    [
      'selects one carrier only',
      { actions: { select_service: { strategy: 'cheapest', carrier_code: 'ups' } } },
      {},
    ],
    [
      'does not select',
      { actions: { block_service: true } },
      { condition: test('shipment.channel', 'eq', 'x') },
    ],
  ])('is not claimed of an earlier rule that %s', (_, earlier, later) => {
    const rules = aRuleSet({ ...select, ...earlier, priority: 9 }, { ...select, ...later });
    expect(analyseRuleSet(rules).filter(({ kind }) => kind === 'shadowed')).toEqual([]);
  });
});

describe('rules that contradict', () => {
  it('are found: one blocks what the other selects', () => {
    const rules = aRuleSet(
      { name: 'No UPS', ...block, conditions: { carrier_id: 'ups' } },
      {
        ...select,
        conditions: { carrier_id: 'ups', service: 'ups_ground' },
        priority: 5,
      },
    );
    expect(analyseRuleSet(rules)).toMatchObject([
      {
        rule: 'rule-2',
        kind: 'contradicts',
        by: 'rule-1',
        reason: '“No UPS” blocks every rate that this rule could select.',
      },
    ]);
  });

  it('are found: a rule blocks, or filters out, what it selects itself', () => {
    const own = { actions: { ...select.actions, ...block.actions } };
    expect(analyseRuleSet(aRuleSet(own))).toMatchObject([{ kind: 'contradicts', by: null }]);
    const filter = { type: 'filter', where: test('rate.carrier', 'eq', 'dhl') };
    const condition = test('rate.carrier', 'ne', 'dhl');
    expect(analyseRuleSet(aRuleSet({ condition, furtherActions: [filter as never] }))).toMatchObject([
      { kind: 'contradicts', reason: expect.stringContaining('keeps nothing') },
    ]);
  });

  it('are found: two set one option to different values, with a shipment to which both apply', () => {
    const sets = (signature: boolean) => ({
      furtherActions: [{ type: 'set_options', options: { signature } }],
    });
    const rules = aRuleSet(
      { ...sets(true), condition: test('shipment.value', 'gte', 100), priority: 2 },
      { ...sets(false), condition: test('destination.country_code', 'eq', 'CA') },
    );
    const [found] = analyseRuleSet(rules, 'rule-2');
    expect(found).toMatchObject({
      rule: 'rule-2',
      kind: 'contradicts',
      by: 'rule-1',
      example: { shipment: { value: 100 } },
    });
    expect(analyseRuleSet(rules, 'rule-3')).toEqual([]);
    const apart = aRuleSet(
      { ...sets(true), condition: test('destination.country_code', 'eq', 'US'), priority: 2 },
      { ...sets(false), condition: test('destination.country_code', 'eq', 'CA') },
    );
    expect(analyseRuleSet(apart)).toEqual([]);
  });
});
