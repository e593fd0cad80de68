import { describe, expect, it } from 'vitest';
import type { RateFact, RateFacts } from './facts.ts';
import { aRate, aRuleSet, decided, someFacts, type GivenRule } from './rules.fixture.ts';

const rate = (
  id: string,
  carrier_name: string,
  total_charge: number | string,
  transit_days: number | null,
  more: Partial<RateFact> = {},
) =>
  aRate({
    id,
    carrier_name,
    carrier_id: `${carrier_name}-main`,
    service: `${carrier_name}_${id}`,
    total_charge,
    transit_days,
    meta: { carrier_connection_id: `car_${carrier_name}` },
    ...more,
  });

const rates = [
  rate('a', 'ups', 10, 5),
  rate('b', 'fedex', 12, 2),
  rate('c', 'dhl', 20, 1),
  rate('d', 'usps', '10.00', null),
];
const facts = someFacts({
  rates,
  shipment: { value: '250.50', options: { signature: false, insurance: 90 }, currency: 'USD' },
});

type Action = Readonly<Record<string, unknown>>;
const doing = (...actions: readonly Action[]) => ({ furtherActions: actions as never });
const of = (carrier: string) => ({ condition: { field: 'rate.carrier', operator: 'eq', value: carrier } });
const cheapest = doing({ type: 'select_service', strategy: 'cheapest' });
const fastest = doing({ type: 'select_service', strategy: 'fastest' });

const outcome = (rules: readonly GivenRule[], given: RateFacts = facts) => decided(aRuleSet(...rules), given);
const selected = (rules: readonly GivenRule[], given: RateFacts = facts) =>
  outcome(rules, given).decision.rate;

describe('select_service', () => {
  it.each<[string, Action, string]>([
    ['cheapest, of equal prices the one that says how fast it is', { strategy: 'cheapest' }, 'a'],
    ['fastest', { strategy: 'fastest' }, 'c'],
    [
      'cheapest of some carriers',
      { strategy: 'cheapest', choices: [{ carrier: 'dhl' }, { carrier: 'FEDEX' }] },
      'b',
    ],
    ['fastest of a service', { strategy: 'fastest', choices: [{ service: 'ups_a' }] }, 'a'],
    ['of a connection by its id', { strategy: 'cheapest', choices: [{ connection: 'car_dhl' }] }, 'c'],
    ['of a connection by its label', { strategy: 'cheapest', choices: [{ connection: 'dhl-main' }] }, 'c'],
    [
      'preferred, the first that is there',
      { strategy: 'preferred', choices: [{ carrier: 'ontrac' }, { carrier: 'dhl' }, { carrier: 'ups' }] },
      'c',
    ],
    ['scored by cost alone', { strategy: 'scored', weights: { cost: 1 } }, 'a'],
    ['scored by speed alone', { strategy: 'scored', weights: { speed: 1 } }, 'c'],
    ['scored by both: neither extreme', { strategy: 'scored', weights: { cost: 1, speed: 1 } }, 'b'],
  ])('takes %s', (_, action, id) => {
    expect(selected([doing({ type: 'select_service', ...action })])).toBe(id);
  });

  it('puts a rate without transit days last among the fastest, and takes an estimated delivery for them', () => {
    const unknown = [rate('x', 'ups', 1, null), rate('y', 'dhl', 99, 30)];
    expect(selected([fastest], someFacts({ rates: unknown }))).toBe('y');
    const estimated = [
      rate('x', 'ups', 1, null, { estimated_delivery: '2026-11-28' }),
      rate('y', 'dhl', 99, 2),
    ];
    expect(selected([fastest], someFacts({ rates: estimated }))).toBe('x');
  });

  it('scores reliability and emissions, and takes what is not said for the worst', () => {
    const green = [
      rate('x', 'ups', 10, 2, { reliability: 0.9, emissions_kg: 2 }),
      rate('y', 'dhl', 10, 2, { reliability: 0.99, emissions_kg: '0.4' }),
      rate('z', 'zed', 10, 2),
    ];
    const score = (weights: Action) =>
      outcome([doing({ type: 'select_service', strategy: 'scored', weights })], someFacts({ rates: green }));
    expect(score({ reliability: 1 }).decision.rate).toBe('y');
    expect(score({ cost: 1, emissions: 3 }).trace.rates.map((one) => one.score)).toEqual([
      '0.750000',
      '0.000000',
      '0.750000',
    ]);
  });

  it('names the rates it did not choose from', () => {
    const { trace } = outcome([
      doing({ type: 'select_service', strategy: 'fastest', choices: [{ carrier: 'ups' }] }),
    ]);
    expect(trace.rates.map(({ standing }) => standing)).toEqual([
      'selected',
      'out_of_scope',
      'out_of_scope',
      'out_of_scope',
    ]);
  });
});

describe('block_service', () => {
  const block = doing({ type: 'block_service' });

  it('takes away what its rule matches, whatever the priority', () => {
    const { decision, trace } = outcome([
      { ...cheapest, priority: 9 },
      { ...block, ...of('ups') },
    ]);
    expect(decision.rate).toBe('d');
    expect(trace.rates[0]).toEqual({ rate: 'a', standing: 'blocked', by: ['rule-2'] });
  });

  it('of a condition about the shipment takes away everything, which is said', () => {
    expect(outcome([cheapest, block]).decision).toMatchObject({
      outcome: 'none',
      rate: null,
      why: 'all_set_aside',
    });
  });
});

describe('filter', () => {
  const filter = doing({ type: 'filter', where: { field: 'rate.transit_days', operator: 'lte', value: 2 } });

  it('keeps, of what its rule matches, what it wants; what is not known is not kept', () => {
    const { decision, trace } = outcome([cheapest, filter]);
    expect(decision.rate).toBe('b');
    expect(trace.rates.map(({ standing }) => standing)).toEqual([
      'filtered',
      'selected',
      'outranked',
      'filtered',
    ]);
  });

  it('leaves alone what its rule does not match', () => {
    expect(selected([cheapest, { ...filter, ...of('usps') }])).toBe('a');
  });
});

describe('surcharge and discount', () => {
  it.each<[string, Action, string, string]>([
    ['a percentage', { type: 'surcharge', percent: 20.01 }, 'd', '12.001'],
    ['an amount', { type: 'surcharge', amount: '0.01' }, 'd', '10.01'],
    ['both', { type: 'discount', percent: 10, amount: 1 }, 'a', '8'],
  ])('compare by %s more or less, and leave the price', (_, action, id, cost) => {
    const { decision, trace } = outcome([cheapest, { ...doing(action), ...of('ups') }]);
    expect(decision.rate).toBe(id);
    expect(trace.rates[0]?.cost).toBe(cost);
  });

  it('of several rules add up, of the price as it was', () => {
    const more = { ...doing({ type: 'surcharge', percent: 10 }), ...of('ups') };
    const less = { ...doing({ type: 'discount', percent: 10 }), ...of('ups') };
    expect(outcome([cheapest, more, more, less]).trace.rates[0]?.cost).toBe('11');
  });

  it('in another currency need a rate for it', () => {
    const rule = { ...doing({ type: 'surcharge', amount: 5, currency: 'EUR' }), ...of('ups') };
    const { decision, trace } = outcome([cheapest, rule]);
    expect([decision.rate, trace.rates[0]?.standing]).toEqual(['d', 'currency']);
    const given = { ...facts, exchange_rates: [{ from: 'EUR', to: 'USD', rate: '1.1' }] };
    expect(outcome([cheapest, rule], given).trace.rates[0]?.cost).toBe('15.5');
  });
});

describe('prefer_carrier', () => {
  const prefer = (more: Action) => doing({ type: 'prefer_carrier', choice: { carrier: 'fedex' }, ...more });

  it.each<[string, Action, string]>([
    ['at any price', {}, 'b'],
    ['for at most so much more', { within_amount: 2 }, 'b'],
    ['not for more than that', { within_amount: '1.99' }, 'a'],
    ['for so many percent more', { within_percent: 20 }, 'b'],
    ['not for more percent', { within_percent: '19.9' }, 'a'],
    ['for both together', { within_percent: 10, within_amount: 1 }, 'b'],
  ])('takes the carrier %s', (_, more, id) => {
    expect(selected([cheapest, prefer(more)])).toBe(id);
  });

  it('of the higher priority comes first, and is named', () => {
    const dhl = doing({ type: 'prefer_carrier', choice: { carrier: 'dhl' } });
    expect(outcome([cheapest, prefer({}), { ...dhl, priority: 1 }])).toMatchObject({
      decision: { rate: 'c', rule: 'rule-1' },
      trace: { preferredBy: 'rule-3' },
    });
  });
});

describe('options', () => {
  it('are set whatever the shipment says, and required where it says nothing', () => {
    const rule = doing(
      { type: 'set_options', options: { insurance: { fact: 'shipment.value' } } },
      { type: 'require_options', options: { signature: true, package: 'small_box' } },
    );
    expect(outcome([cheapest, rule]).decision.options).toEqual({
      insurance: 250.5,
      signature: true,
      package: 'small_box',
    });
    const required = doing({ type: 'require_options', options: { insurance: 1 } });
    expect(outcome([cheapest, required]).decision.options).toEqual({});
  });

  it('are decided by the first rule that speaks of them; a fact that is not given leaves them to the next', () => {
    const first = doing({
      type: 'set_options',
      options: { signature: 'adult', insurance: { fact: 'shipment.order_total' } },
    });
    const second = doing({ type: 'set_options', options: { signature: true, insurance: 5 } });
    const { decision, trace } = outcome([cheapest, { ...first, priority: 2 }, { ...second, priority: 1 }]);
    expect(decision.options).toEqual({ signature: 'adult', insurance: 5 });
    expect(trace.rules.slice(0, 2)).toMatchObject([
      { unresolved: ['insurance'] },
      { overruled: ['signature'] },
    ]);
  });

  it('belong to the rates that their rule matches', () => {
    const rule = { ...doing({ type: 'set_options', options: { signature: true } }), ...of('fedex') };
    expect(outcome([cheapest, rule]).decision.options).toEqual({});
    expect(outcome([fastest, { ...rule, ...of('dhl') }]).decision.options).toEqual({ signature: true });
  });
});

describe('hold and notify', () => {
  const tell = doing(
    { type: 'hold', reason: 'Ask Ann' },
    { type: 'notify', workflow: 'dear-ann', parameters: { n: 1 } },
  );

  it('propose the rate to a person, and name the workflow to start', () => {
    expect(outcome([cheapest, tell]).decision).toMatchObject({
      outcome: 'held',
      rate: 'a',
      holds: [{ rule: 'rule-2', reason: 'Ask Ann' }],
      notifications: [{ rule: 'rule-2', workflow: 'dear-ann', parameters: { n: 1 } }],
    });
  });

  it('are silent where the selected rate is not one that the rule matches', () => {
    expect(outcome([cheapest, { ...tell, ...of('dhl') }]).decision).toMatchObject({
      outcome: 'selected',
      holds: [],
      notifications: [],
    });
  });

  it('speak where nothing was selected', () => {
    expect(outcome([{ ...tell, ...of('dhl') }]).decision).toMatchObject({
      outcome: 'held',
      rate: null,
      why: 'no_rule_selects',
    });
  });
});

describe('currencies', () => {
  const mixed = someFacts({
    rates: [
      rate('usd', 'ups', 10, 3),
      rate('eur', 'dhl', 9, 3, { currency: 'EUR' }),
      rate('usd2', 'fedex', 11, 3),
    ],
  });

  it('are never compared without a rate: those that few rates have are set aside, and it is said', () => {
    expect(outcome([cheapest], mixed)).toMatchObject({
      decision: { rate: 'usd' },
      trace: { currency: 'USD', rates: [{}, { rate: 'eur', standing: 'currency' }, {}] },
    });
  });

  it('are converted by a rate that was given, one way only', () => {
    const given = { ...mixed, exchange_rates: [{ from: 'EUR', to: 'USD', rate: '1.2' }] };
    expect(outcome([cheapest], given).trace.rates.map(({ cost }) => cost)).toEqual(['10', '10.8', '11']);
    const inverse = { ...mixed, exchange_rates: [{ from: 'USD', to: 'EUR', rate: '0.8' }] };
    expect(outcome([cheapest], inverse).trace.rates[1]?.standing).toBe('currency');
    expect(outcome([cheapest], { ...inverse, currency: 'EUR' })).toMatchObject({
      decision: { rate: 'usd' },
      trace: { currency: 'EUR', rates: [{ cost: '8' }, { cost: '9' }, { cost: '8.8' }] },
    });
  });

  it('need none where all rates have the same', () => {
    const euros = someFacts({
      rates: mixed.rates.map((one) => ({ ...one, currency: 'EUR' })),
      currency: 'USD',
      exchange_rates: [{ from: 'EUR', to: 'USD', rate: 1.2 }],
    });
    expect(outcome([cheapest], euros)).toMatchObject({
      decision: { rate: 'eur' },
      trace: { currency: 'EUR' },
    });
  });

  it('that are not said count as one of their own, and a missing price is none', () => {
    const unsaid = someFacts({
      rates: [
        rate('x', 'ups', 5, 1, { currency: null }),
        rate('y', 'dhl', null as never, 1),
        rate('z', 'usps', 6, 1),
        rate('w', 'zed', 7, 1),
      ],
    });
    expect(outcome([cheapest], unsaid).trace.rates.map(({ standing }) => standing)).toEqual([
      'currency',
      'no_price',
      'selected',
      'outranked',
    ]);
  });
});

describe('nothing to select', () => {
  it.each<[string, readonly GivenRule[], RateFacts]>([
    ['no_rates', [cheapest], someFacts({ rates: [] })],
    ['no_rule_selects', [{ ...cheapest, isActive: false }], facts],
    [
      'nothing_to_select',
      [doing({ type: 'select_service', strategy: 'preferred', choices: [{ carrier: 'zed' }] })],
      facts,
    ],
    ['all_set_aside', [cheapest, doing({ type: 'block_service' })], facts],
  ])('says %s', (why, rules, given) => {
    expect(outcome(rules, given).decision).toMatchObject({ outcome: 'none', rate: null, rule: null, why });
  });
});
