import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { compileRuleSet } from './compile.ts';
import { decide } from './decide.ts';
import { readRateFacts } from './facts.ts';
import { normaliseRule, validateRule } from './normalise.ts';
import type { RuleDefinition } from './rule.ts';
import { aRate, aRuleDefinition, aRuleSet, someFacts } from './rules.fixture.ts';

const select = { select_service: { strategy: 'cheapest' } };
const refusals = (override: Partial<RuleDefinition>) =>
  validateRule(aRuleDefinition({ actions: select, ...override })).map(
    ({ field, message }) => `${field}: ${message}`,
  );
const normal = (override: Partial<RuleDefinition>) => {
  const read = normaliseRule('r', aRuleDefinition({ actions: select, ...override }));
  if ('refused' in read) throw new Error(JSON.stringify(read.refused));
  return read.read;
};
const test = (field: string, operator: string, value?: unknown, more: object = {}): JsonObject =>
  ({ field, operator, ...(value === undefined ? {} : { value }), ...more }) as JsonObject;

describe('the flat form of the contract', () => {
  it.each<[string, JsonObject, unknown]>([
    ['nothing', {}, { all: [] }],
    [
      'members that are empty',
      { carrier_id: '', service: null, destination: { postal_code: [] }, weight: { unit: 'lb' } },
      { all: [] },
    ],
    ['a country', { destination: { country_code: 'us' } }, test('destination.country_code', 'eq', 'US')],
    [
      'any other country',
      { destination: { country_code: '!US' } },
      test('destination.country_code', 'ne', 'US'),
    ],
    [
      'some countries',
      { destination: { country_code: 'US, CA' } },
      test('destination.country_code', 'in', ['US', 'CA']),
    ],
    [
      'postal codes',
      { destination: { postal_code: ['90210'] } },
      test('destination.postal_code', 'in', ['90210']),
    ],
    ['a carrier', { carrier_id: 'car_1' }, test('rate.carrier', 'eq', 'car_1')],
    ['a service', { service: 'ups_ground' }, test('rate.service', 'eq', 'ups_ground')],
    ['a weight of at least 0', { weight: { min: 0 } }, test('shipment.weight', 'gte', 0, { unit: 'lb' })],
    ['a weight up to', { weight: { max: 2, unit: 'KG' } }, test('shipment.weight', 'lte', 2, { unit: 'KG' })],
    [
      'a weight between',
      { weight: { min: 1, max: 2, unit: 'oz' } },
      test('shipment.weight', 'between', [1, 2], { unit: 'oz' }),
    ],
    [
      'a price',
      { rate_comparison: { compare: 'total_charge', operator: 'lt', value: 9.5 } },
      test('rate.total_charge', 'lt', 9.5),
    ],
    [
      'days until the delivery',
      { rate_comparison: { compare: 'estimated_delivery', operator: 'lte', value: 3 } },
      test('rate.delivery_days', 'lte', 3),
    ],
    [
      'an address type',
      { address_type: { type: 'commercial' } },
      test('destination.address_type', 'eq', 'business'),
    ],
    ['a value', { value: 0 }, test('shipment.value', 'gte', 0)],
    ['metadata', { metadata: { a: { b: 1 } } }, test('shipment.metadata', 'eq', 1, { path: ['a', 'b'] })],
    ['extensions', { extensions: test('shipment.channel', 'eq', 'x') }, test('shipment.channel', 'eq', 'x')],
  ])('means the same as a nested condition: %s', (_, conditions, condition) => {
    expect(normal({ conditions }).condition).toEqual(condition);
  });

  it('holds together with nested conditions and extensions', () => {
    const { condition } = normal({
      conditions: { service: 's' },
      conditionsExtensions: test('shipment.channel', 'eq', 'x'),
      condition: { not: test('rate.carrier', 'eq', 'ups') },
    });
    expect(condition).toEqual({
      all: [
        test('rate.service', 'eq', 's'),
        test('shipment.channel', 'eq', 'x'),
        { not: test('rate.carrier', 'eq', 'ups') },
      ],
    });
  });

  it('has actions of which the cheapest service is the default', () => {
    expect(
      normal({
        actions: {
          select_service: { carrier_code: 'usps', carrier_id: 'car_1', service_code: 's' },
          block_service: false,
        },
      }).actions,
    ).toEqual([
      {
        type: 'select_service',
        strategy: 'cheapest',
        choices: [{ carrier: 'usps', connection: 'car_1', service: 's' }],
      },
    ]);
    expect(
      normal({ actions: { block_service: true, extensions: { actions: [{ type: 'hold', reason: 'x' }] } } })
        .actions,
    ).toEqual([{ type: 'block_service' }, { type: 'hold', reason: 'x' }]);
  });
});

describe('a rule that cannot be saved', () => {
  it.each<[Partial<RuleDefinition>, string]>([
    [{ actions: null }, 'actions: must say what the rule does: select_service, for example'],
    [{ priority: 1.5 }, 'priority: must be a whole number between -1000000 and 1000000'],
    [
      { conditions: { destination: { country_code: 'USA' } } },
      'conditions.destination.country_code: must be a country code such as US, !US for any other, or several: US,CA',
    ],
    [
      { conditions: { destination: { postal_code: ['9021?'] } } },
      'conditions.destination.postal_code.0: must be a postal code (90210), a prefix (902*) or a range of codes of equal length (90001-90210 or K1A..K2B)',
    ],
    [
      { conditions: { weight: { min: 3, max: 2 } } },
      'conditions.weight: must have a min that is at most its max',
    ],
    [
      { conditions: { weight: { min: 3, unit: 'stone' } } },
      'conditions.weight.unit: must be one of g, kg, oz, lb',
    ],
    [{ conditions: { colour: 'red' } }, 'conditions: does not know colour: leave it out'],
    [
      { conditionsExtensions: { foo: 1 } },
      'conditions_extensions: must have one of all, any, not, rates, parcels, items or field',
    ],
    [
      { actions: { select_service: { strategy: 'preferred' } } },
      'actions.select_service: must say what is preferred: a carrier_code, a carrier_id or a service_code',
    ],
    [
      { actions: { extensions: { hold: true } } },
      'actions.extensions: holds further actions: {"actions": [{"type": "hold", "reason": "…"}]}',
    ],
    [{ condition: { any: [] } }, 'condition.any: must have a condition: one of none is never true'],
    [
      { condition: { all: [{ not: test('shipment.wait', 'gt', 1) }] } },
      'condition.all.0.not.field: must be one of origin.country_code',
    ],
    [
      { condition: test('shipment.weight', 'contains', 1) },
      'condition.operator: must be one of eq, ne, gt, gte, lt, lte, in, not_in, between, exists for shipment.weight',
    ],
    [{ condition: test('shipment.weight', 'gt', 'heavy') }, 'condition.value: must be a number between'],
    [
      { condition: test('parcel.weight', 'gt', 1) },
      'condition.field: parcel.weight is asked of each parcel: put it into {"parcels": "any", "where": …}',
    ],
    [
      { condition: { parcels: 'any', where: { items: 'any', where: test('item.sku', 'exists') } } },
      'condition.where: cannot be asked of one parcel: move it out of where',
    ],
    [
      { condition: { parcels: 'some', where: test('parcel.weight', 'exists') } },
      'condition.parcels: must be one of any, all, none',
    ],
    [
      { condition: { parcels: 'any', where: test('parcel.length', 'gt', 1) } },
      'condition.where.unit: must be one of mm, cm, m, in, ft',
    ],
    [
      { condition: test('shipment.channel', 'eq', 'x', { unit: 'kg' }) },
      'condition.unit: means nothing for shipment.channel: leave it out',
    ],
    [
      { condition: test('shipment.metadata', 'eq', 1) },
      'condition.path: must say where to look: a list with a key for each level',
    ],
    [
      { condition: test('rate.total_charge', 'lt', 5, { currency: 'dollars' }) },
      'condition.currency: must be an ISO 4217 code such as USD',
    ],
    [
      { condition: test('shipment.time', 'between', ['22:00', '06:00']) },
      'condition.value: must begin with the smaller: [from, to]',
    ],
    [
      { condition: test('shipment.weekday', 'in', ['monday', 'freeday']) },
      'condition.value: must be a list, each one of sunday, monday, tuesday, wednesday, thursday, friday, saturday: number 2 is not',
    ],
    [
      { condition: { all: [], any: [test('shipment.channel', 'exists')] } },
      'condition.any: does not belong beside all: nest it within',
    ],
    [
      { furtherActions: [{ type: 'filter', where: test('item.sku', 'exists') }] },
      'further_actions.0.where.field: item.sku is asked of each item',
    ],
    [{ furtherActions: [{ type: 'surcharge' }] }, 'further_actions.0: must have a percent or an amount'],
    [
      { furtherActions: [{ type: 'select_service', strategy: 'scored' }] },
      'further_actions.0.weights: belongs to the strategy scored',
    ],
    [
      { furtherActions: [{ type: 'set_options', options: { insurance: { fact: 'shipment.colour' } } }] },
      'further_actions.0.options.insurance: must be a value, or name a fact: shipment.value or shipment.order_total',
    ],
  ])('is refused with the place and the remedy: %j', (override, expected) => {
    expect(refusals(override).join('\n')).toContain(expected);
  });

  it('is told everything at once', () => {
    expect(refusals({ priority: 0.5, conditions: { value: 'x' }, condition: { any: [] } })).toHaveLength(3);
  });
});

describe('hostile input', () => {
  const nested = (depth: number): JsonObject => {
    let tree: JsonObject = test('shipment.channel', 'eq', 'x');
    for (let level = 0; level < depth; level++) tree = { not: tree };
    return tree;
  };
  const many = (count: number) => ({
    any: Array.from({ length: count }, () => test('shipment.channel', 'eq', 'x')),
  });

  it.each<[string, Partial<RuleDefinition>, string]>([
    ['deep', { condition: nested(100_000) }, 'condition: is nested deeper than 40 levels: flatten it'],
    ['too deep for people', { condition: nested(20) }, 'condition: can be nested 16 deep at most'],
    ['10,000 conditions', { condition: many(10_000) }, 'condition: has more than 20000 values: split it'],
    ['1,000 conditions', { condition: many(1_000) }, 'condition: can have 500 conditions at most'],
    [
      'a list without end',
      {
        condition: test(
          'shipment.channel',
          'in',
          Array.from({ length: 5_000 }, () => 'x'),
        ),
      },
      'condition.value: can be a list of 2000 at most',
    ],
    [
      'deep metadata',
      { conditions: { metadata: { a: nested(100_000) } } },
      'conditions: is nested deeper than 40 levels',
    ],
    [
      'an explosive regular expression',
      { condition: test('shipment.channel', 'matches', '((a{100}){100}){100}') },
      'condition.value: is',
    ],
    [
      'a long regular expression',
      { condition: test('shipment.channel', 'matches', 'a'.repeat(501)) },
      'condition.value: must have at most 500 characters',
    ],
    [
      'a look-ahead',
      { condition: test('shipment.channel', 'matches', '(?=a)') },
      'condition.value: is no regular expression of RE2',
    ],
    ['NaN', { condition: test('shipment.weight', 'gt', NaN) }, 'condition.value: must be'],
    ['an infinity', { conditions: { value: Infinity } }, 'conditions.value: must be a number between'],
    [
      'a number of a thousand digits',
      { conditions: { value: '9'.repeat(1_000) } },
      'conditions.value: must be a number between',
    ],
    ['an exponent', { conditions: { value: '1e999999' } }, 'conditions.value: must be a number between'],
    ['a name of Object', { condition: test('constructor', 'eq', 1) }, 'condition.field: must be one of'],
  ])('of a rule is refused: %s', (_, override, expected) => {
    expect(refusals(override).join('\n')).toContain(expected);
  });

  it.each<[string, unknown, string]>([
    ['no object', null, ''],
    ['no time', { shipment: {}, rates: [] }, 'evaluated_at: must be an instant such as 2026-11-27T22:00:00Z'],
    [
      'NaN',
      { ...someFacts(), rates: [aRate({ total_charge: NaN })] },
      'rates.0.total_charge: must be a number between',
    ],
    [
      'a huge number',
      { ...someFacts(), rates: [aRate({ total_charge: 1e300 })] },
      'rates.0.total_charge: must be a number between',
    ],
    [
      'a negative weight',
      someFacts({ shipment: { parcels: [{ weight: -1, weight_unit: 'KG' }] } }),
      'shipment.parcels.0.weight: must not be negative',
    ],
    [
      'a weight without a unit',
      someFacts({ shipment: { parcels: [{ weight: 1 }] } }),
      'shipment.parcels.0.weight_unit: must be given with a weight: kg, g, lb or oz',
    ],
    [
      'sides without a unit',
      someFacts({ shipment: { parcels: [{ length: 1 }] } }),
      'shipment.parcels.0.dimension_unit: must be given with dimensions',
    ],
    [
      'two rates with one id',
      someFacts({ rates: [aRate(), aRate()] }),
      'rates.1.id: rat_1 is the id of an earlier rate: give each its own.',
    ],
    [
      'an exchange rate of nothing',
      someFacts({ exchange_rates: [{ from: 'EUR', to: 'USD', rate: 0 }] }),
      'exchange_rates.0.rate: must be more than 0',
    ],
    ['no time zone', someFacts({ time_zone: 'Mars/Olympus' }), 'time_zone: must be an IANA name'],
    [
      'depth',
      someFacts({ shipment: { metadata: { a: nested(100_000) as never } } }),
      'is nested deeper than 40 levels',
    ],
    [
      'too many rates',
      someFacts({ rates: Array.from({ length: 1_001 }, (_, position) => aRate({ id: `${position}` })) }),
      'rates: can be 1,000 at most',
    ],
  ])('of facts is refused: %s', (_, input, expected) => {
    const read = readRateFacts(input);
    expect(
      'refused' in read && read.refused.map(({ field, message }) => `${field}: ${message}`).join('\n'),
    ).toContain(expected);
  });

  it('of an expression that other engines take years for is matched at once', () => {
    const rules = aRuleSet({ actions: select, condition: test('shipment.channel', 'matches', '^(a+)+$') });
    const facts = someFacts({ shipment: { channel: `${'a'.repeat(9_000)}!` } });
    expect(decide(compileRuleSet(rules), facts).decision.why).toBe('no_rule_selects');
  });

  it('of members named like those of objects finds nothing that is not there', () => {
    const rules = aRuleSet({
      actions: select,
      condition: test('shipment.metadata', 'exists', true, { path: ['constructor', 'name'] }),
    });
    expect(decide(compileRuleSet(rules), someFacts({ shipment: { metadata: {} } })).decision.rate).toBeNull();
  });
});
