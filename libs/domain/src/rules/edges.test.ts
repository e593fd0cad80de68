import { describe, expect, it } from 'vitest';
import { readRateFacts, type RateFact } from './facts.ts';
import { readCondition } from './read-condition.ts';
import { aRate, aRuleSet, decided, someFacts, type GivenRule } from './rules.fixture.ts';

type Facts = Parameters<typeof someFacts>[0];
const doing = (...actions: readonly object[]) => ({ furtherActions: actions as never });
const cheapest = doing({ type: 'select_service', strategy: 'cheapest' });
const outcome = (rules: readonly GivenRule[], given: Facts = {}) =>
  decided(aRuleSet(...rules), someFacts(given));
const selected = (rules: readonly GivenRule[], rates: readonly RateFact[], given: Facts = {}) =>
  outcome(rules, { ...given, rates: [...rates] }).decision.rate;
/** Whether a rule with this condition, and one with its opposite, apply. */
const holds = (condition: object, given: Facts = {}) =>
  [condition, { not: condition }].map((one) => {
    const [rule] = outcome([{ condition: one as never, ...cheapest }], given).trace.rules;
    return rule?.matched !== 'none';
  });
const unknown = [false, false];

describe('money', () => {
  const aboutTotal = (operator: string, value: unknown, currency?: string) => ({
    field: 'shipment.order_total',
    operator,
    value,
    ...(currency === undefined ? {} : { currency }),
  });

  it('of no currency is not compared with money of one', () => {
    const given = { shipment: { order_total: 100 } };
    expect(holds(aboutTotal('gt', 1, 'USD'), given)).toEqual(unknown);
    expect(holds(aboutTotal('gt', 1), given)).toEqual([true, false]);
  });

  it('given as digits keeps those that a double has no room for', () => {
    const given = { shipment: { order_total: '123456789012345.123456789012' } };
    expect(holds(aboutTotal('eq', '123456789012345.123456789012'), given)).toEqual([true, false]);
    expect(holds(aboutTotal('eq', '123456789012345.123456789013'), given)).toEqual([false, true]);
  });

  it('beyond all bounds is refused, below 0 as well', () => {
    for (const total_charge of [1e16, -1e16, Number.NaN, Infinity, '1e400', '0x10', '']) {
      const read = readRateFacts(someFacts({ rates: [aRate({ total_charge })] }));
      expect(read).toMatchObject({ refused: [{ field: 'rates.0.total_charge' }] });
    }
  });

  it('of a charge in another currency is converted, and makes the sum unknown where it cannot be', () => {
    const charges = (currency: string) => [
      { name: 'Fuel', amount: 1, currency: 'USD' },
      { name: 'Fuel', amount: 1, currency },
    ];
    const given = (currency: string) => ({
      exchange_rates: [{ from: 'EUR', to: 'USD', rate: 3 }],
      rates: [aRate({ extra_charges: charges(currency) })],
    });
    const fuel = { field: 'rate.fuel_surcharge', operator: 'eq', value: 4 };
    expect(holds(fuel, given('EUR'))).toEqual([true, false]);
    expect(holds(fuel, given('GBP'))).toEqual(unknown);
  });

  it('is compared in the currency that most rates have; of several such, in the first by its code', () => {
    const rates = ['USD', 'GBP', 'EUR'].map((currency) => aRate({ id: currency, currency, total_charge: 1 }));
    expect(outcome([cheapest], { rates }).trace.currency).toBe('EUR');
    expect(
      outcome([cheapest], { rates: [...rates, aRate({ id: 'x', currency: 'USD' })] }).trace.currency,
    ).toBe('USD');
  });

  it('that is added without a currency is in each rate’s own', () => {
    const rates = [
      aRate({ id: 'eur', currency: 'EUR', total_charge: 1 }),
      aRate({ id: 'usd', currency: 'USD', total_charge: 1 }),
    ];
    const exchange_rates = [{ from: 'EUR', to: 'USD', rate: 2 }];
    const { trace } = outcome([doing({ type: 'surcharge', amount: 10 }), cheapest], {
      rates,
      exchange_rates,
      currency: 'USD',
    });
    expect(trace.rates.map(({ cost }) => cost)).toEqual(['22', '11']);
  });
});

describe('postal ranges', () => {
  it('need ends of equal length, and hold no code that is shorter', () => {
    const within = (value: string) => ({ field: 'destination.postal_code', operator: 'eq', value });
    expect(readCondition(within('90..90210'), '')).toMatchObject({ refused: [{ field: 'value' }] });
    const to = (postal_code: string) => ({ shipment: { recipient: { postal_code } } });
    expect(holds(within('90000..90300'), to('9021'))).toEqual([false, true]);
    expect(holds(within('90000..90300'), to('90300'))).toEqual([true, false]);
  });
});

describe('a question about all rates together', () => {
  it('is one about the shipment: it also applies where there are none', () => {
    const none = { rates: 'none', where: { field: 'rate.transit_days', operator: 'lte', value: 2 } };
    const { decision, trace } = outcome(
      [{ condition: none, ...doing({ type: 'hold', reason: 'Nothing fast.' }) }],
      { rates: [] },
    );
    expect(trace.rules).toMatchObject([{ about: 'shipment', matched: 'all' }]);
    expect(decision.outcome).toBe('held');
  });
});

describe('equal rates', () => {
  it('are told apart by carrier, then by service, then by id', () => {
    const rate = (id: string, carrier_name: string, service: string) => aRate({ id, carrier_name, service });
    const three = [rate('1', 'ups', 'b'), rate('3', 'ups', 'a'), rate('2', 'ups', 'a')];
    expect(selected([cheapest], three)).toBe('2');
    expect(selected([cheapest], [...three, rate('9', 'dhl', 'z')])).toBe('9');
  });

  it('of one score are told apart by what they cost before how fast they are', () => {
    const weights = { cost: 1, speed: 1 };
    const scored = doing({ type: 'select_service', strategy: 'scored', weights });
    const cheap = aRate({ id: 'cheap', total_charge: 10, transit_days: 5 });
    const fast = aRate({ id: 'fast', total_charge: 20, transit_days: 1 });
    expect(selected([scored], [fast, cheap])).toBe('cheap');
  });
});

describe('a rule that selects twice', () => {
  it('is said to have selected, though its second action was not needed', () => {
    const twice = doing({ type: 'select_service' }, { type: 'select_service', strategy: 'fastest' });
    expect(outcome([twice]).trace.rules).toMatchObject([{ selection: 'made' }]);
  });
});

describe('the value of a shipment', () => {
  const worth = (value_amount: string, value_currency: string) => ({
    quantity: 2,
    value_amount,
    value_currency,
  });
  const insured = doing({ type: 'set_options', options: { insurance: { fact: 'shipment.value' } } });

  it('is that of its items where they are of one currency, and else not known', () => {
    const given = (currency: string) => ({
      shipment: { items: [worth('1.50', 'USD'), worth('0.25', currency)] },
    });
    expect(outcome([insured, cheapest], given('USD')).decision.options).toEqual({ insurance: 3.5 });
    expect(outcome([insured, cheapest], given('EUR')).decision.options).toEqual({});
  });

  it('goes out to the last digit, as text where no number has room for it', () => {
    const given = { shipment: { value: '123456789012345.123456789012' } };
    expect(outcome([insured, cheapest], given).decision.options).toEqual({
      insurance: '123456789012345.123456789012',
    });
  });
});

describe('the value of an item', () => {
  const dear = { items: 'any', where: { field: 'item.value', operator: 'gt', value: 10, currency: 'USD' } };
  const given = (item: object, shipment: object = {}, exchange_rates: object[] = []) => ({
    shipment: { items: [{ value_amount: 20, ...item }], ...shipment },
    exchange_rates: exchange_rates as never,
  });

  it('is in the currency that it says, else in that of the shipment, and unknown where neither does', () => {
    expect(holds(dear, given({ value_currency: 'USD' }, { currency: 'EUR' }))).toEqual([true, false]);
    expect(holds(dear, given({}, { currency: 'USD' }))).toEqual([true, false]);
    expect(holds(dear, given({}, { options: { currency: 'USD' } }))).toEqual([true, false]);
    expect(holds(dear, given({}))).toEqual(unknown);
  });

  it('is never compared across currencies without a rate', () => {
    expect(holds(dear, given({ value_currency: 'JPY' }))).toEqual(unknown);
    const rate = { from: 'JPY', to: 'USD', rate: '0.01' };
    expect(holds(dear, given({ value_currency: 'JPY' }, {}, [rate]))).toEqual([false, true]);
  });
});

describe('a military address', () => {
  it('is one of the United States: other countries have states and towns of these names', () => {
    const military = { field: 'destination.address_type', operator: 'eq', value: 'military' };
    const at = (country_code: string | null, state_code: string, city = 'x') => ({
      shipment: { recipient: { country_code, state_code, city, address_line1: '1' } },
    });
    expect(holds(military, at('us', 'ae'))).toEqual([true, false]);
    expect(holds(military, at(null, 'CA', 'APO'))).toEqual([true, false]);
    expect(holds(military, at('IT', 'AP'))).toEqual([false, true]);
    expect(holds(military, at('PH', 'X', 'Apo'))).toEqual([false, true]);
  });
});

describe('a day that no calendar has', () => {
  it('is refused in a condition, and is no estimated delivery', () => {
    const condition = { field: 'shipment.date', operator: 'gte', value: '2026-02-31' };
    expect(readCondition(condition, '')).toMatchObject({ refused: [{ field: 'value' }] });
    const given = { rates: [aRate({ transit_days: null, estimated_delivery: '2026-02-31' })] };
    expect(holds({ field: 'rate.delivery_days', operator: 'gte', value: 0 }, given)).toEqual(unknown);
  });
});

describe('facts of a wrong type', () => {
  it('are refused in words that say what is wanted, and whether there was anything', () => {
    expect(readRateFacts({ evaluated_at: '2026-11-27T12:00:00Z', rates: 'none' })).toMatchObject({
      refused: [
        { field: 'shipment', message: 'must be an object; it is missing' },
        { field: 'rates', message: 'must be a list' },
      ],
    });
    expect(readRateFacts(someFacts({ rates: [{ ...aRate(), transit_days: '3' as never }] }))).toMatchObject({
      refused: [{ field: 'rates.0.transit_days', message: 'must be a number' }],
    });
  });
});

describe('a preference', () => {
  const dear = aRate({ id: 'dear', carrier_name: 'dhl', total_charge: 11 });
  const cheap = aRate({ id: 'cheap', carrier_name: 'ups', total_charge: 10 });
  const preferring = (limit: object) => [
    doing({ type: 'prefer_carrier', choice: { carrier: 'dhl' }, ...limit }),
    doing({ type: 'discount', amount: 20 }),
    cheapest,
  ];

  it('allows a share of what the best costs also where discounts brought that below 0', () => {
    // -10 and -9: ten percent of the best's ten.
    expect(selected(preferring({ within_percent: 10 }), [dear, cheap])).toBe('dear');
    expect(selected(preferring({ within_percent: 9.9 }), [dear, cheap])).toBe('cheap');
  });

  it('of a connection means none by the name of its carrier', () => {
    const choice = { type: 'select_service', strategy: 'cheapest', choices: [{ connection: 'ups' }] };
    expect(selected([doing(choice)], [cheap])).toBeNull();
  });
});
