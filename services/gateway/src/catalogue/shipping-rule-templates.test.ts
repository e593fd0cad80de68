import { compileRuleSet, decide, readRateFacts, ruleSetOf, type JsonObject } from '@karrio/domain';
import { expect, it } from 'vitest';
import { shippingRuleTemplates } from './shipping-rule-templates.ts';

const ruleSet = () =>
  ruleSetOf(
    shippingRuleTemplates.map(({ slug, name, description, priority, conditions, condition, actions }) => ({
      id: slug,
      createdAt: '2026-01-01T00:00:00.000Z',
      isActive: true,
      definition: {
        name,
        description,
        priority,
        conditions: conditions ?? null,
        actions,
        conditionsExtensions: null,
        actionsExtensions: null,
        condition: condition ?? null,
        furtherActions: [],
        metadata: {},
        templateSlug: slug,
      },
    })),
  );

const rate = (id: string, carrier_name: string, total_charge: number, transit_days: number) => ({
  id,
  carrier_name,
  service: id,
  currency: 'USD',
  total_charge,
  transit_days,
});

const rates = [
  rate('usps_priority', 'usps', 12, 3),
  rate('ups_ground', 'ups', 10, 4),
  rate('ups_freight_ltl', 'ups', 90, 5),
  rate('courier_same_day', 'courier', 30, 0),
  rate('fedex_international_priority', 'fedex', 60, 2),
];

const chosen = (recipient: JsonObject, weight: number) => {
  const shipment = { recipient, parcels: [{ weight, weight_unit: 'LB' }] };
  const facts = readRateFacts({ evaluated_at: '2026-11-27T12:00:00Z', shipment, rates });
  if ('refused' in facts) throw new Error(JSON.stringify(facts.refused));
  const { decision, trace } = decide(compileRuleSet(ruleSet().ruleSet), facts.read);
  const blocked = trace.rates.filter(({ standing }) => standing === 'blocked').map((one) => one.rate);
  return { rule: decision.rule, rate: decision.rate, blocked };
};

it('has the contract’s eight, in the order of evaluation, and each is a rule', () => {
  expect(ruleSet().refused).toEqual([]);
  expect(ruleSet().ruleSet.rules.map(({ id }) => id)).toEqual([
    'block-po-box',
    'local-delivery',
    'heavy-freight',
    'domestic-free-shipping',
    'international-express',
    'cheapest-option',
    'fastest-option',
    'carrier-preference',
  ]);
});

it.each<[string, JsonObject, number, string, string]>([
  [
    'a home nearby',
    { country_code: 'US', postal_code: '10002', residential: true },
    2,
    'local-delivery',
    'courier_same_day',
  ],
  ['a heavy one', { country_code: 'US', postal_code: '60601' }, 100, 'heavy-freight', 'ups_freight_ltl'],
  [
    'a domestic one',
    { country_code: 'US', postal_code: '60601' },
    50,
    'domestic-free-shipping',
    'usps_priority',
  ],
  ['one abroad', { country_code: 'CA' }, 2, 'international-express', 'fedex_international_priority'],
  ['what is left', { country_code: 'US', postal_code: '60601' }, 60, 'cheapest-option', 'ups_ground'],
])('decides on %s', (_, recipient, weight, rule, rateId) => {
  expect(chosen(recipient, weight)).toEqual({ rule, rate: rateId, blocked: [] });
});

it('leaves a PO box to the posts', () => {
  const recipient = { country_code: 'US', postal_code: '60601', address_line1: 'PO Box 7' };
  expect(chosen(recipient, 60)).toEqual({
    rule: 'cheapest-option',
    rate: 'usps_priority',
    blocked: ['ups_ground', 'ups_freight_ltl', 'courier_same_day', 'fedex_international_priority'],
  });
});
