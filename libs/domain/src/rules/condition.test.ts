import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { compileCondition } from './compile-condition.ts';
import { readRateFacts, type RateFacts } from './facts.ts';
import { fieldNames } from './field-name.ts';
import { asksOf } from './match.ts';
import { readCondition } from './read-condition.ts';
import { aRate, someFacts } from './rules.fixture.ts';
import { sceneOf } from './view.ts';

const facts = someFacts({
  evaluated_at: '2026-11-27T22:30:00Z',
  time_zone: 'Europe/Berlin',
  exchange_rates: [{ from: 'EUR', to: 'USD', rate: 1.25 }],
  shipment: {
    shipper: {
      country_code: 'DE',
      postal_code: '10115',
      state_code: 'BE',
      city: 'Berlin',
      residential: false,
    },
    recipient: {
      country_code: 'us',
      postal_code: '90210-1234',
      state_code: 'CA',
      city: 'Beverly Hills',
      address_line1: 'P.O. Box 12',
      residential: true,
    },
    parcels: [
      {
        weight: 10,
        weight_unit: 'LB',
        length: 10,
        width: 20,
        height: 5,
        dimension_unit: 'IN',
        packaging_type: 'your_packaging',
      },
      { weight: 1.5, weight_unit: 'KG', length: 10, width: 10, height: 10, dimension_unit: 'CM' },
    ],
    items: [
      {
        sku: 'HZ-1',
        quantity: 2,
        weight: 500,
        weight_unit: 'g',
        value_amount: 20,
        value_currency: 'USD',
        metadata: { hazmat: true },
      },
      {
        sku: 'BK-7',
        title: 'Book',
        hs_code: '490199',
        origin_country: 'FR',
        quantity: 1,
        value_amount: '9.90',
        value_currency: 'USD',
      },
    ],
    options: { signature: true, insurance: 100 },
    order_total: '49.90',
    currency: 'USD',
    tags: ['Fragile', 'VIP'],
    channel: 'Amazon',
    metadata: { warehouse: { zone: 'B7' }, stock: 12, labels: ['red', 'Big'] },
  },
  rates: [
    aRate({
      carrier_name: 'fedex',
      carrier_id: 'FedEx West',
      service: 'fedex_2day',
      currency: 'EUR',
      total_charge: 20.1,
      transit_days: 2,
      estimated_delivery: '2026-12-02T10:00:00Z',
      extra_charges: [
        { name: 'Fuel Surcharge', amount: 1.1, currency: 'EUR' },
        { name: 'fuel_adjustment', amount: 0.2 },
        { name: 'Insurance', amount: 3, currency: 'EUR' },
        { name: 'Duties and taxes', amount: 4, currency: 'EUR' },
        { name: 'VAT', amount: 2, currency: 'EUR' },
      ],
      meta: { carrier_connection_id: 'car_9', rate_zone: 4 },
    }),
  ],
});

const truthOf = (condition: unknown, given: RateFacts = facts): boolean | undefined => {
  const read = readCondition(condition, 'condition');
  if ('refused' in read) throw new Error(JSON.stringify(read.refused));
  const [rate] = asksOf(sceneOf(given)).rates;
  if (!rate) throw new Error('facts with a rate');
  return compileCondition(read.read).ask(rate);
};

type Case = readonly [
  field: string,
  operator: string,
  value: Json,
  truth: boolean | undefined,
  more?: object,
];

/** The facts above, by every field and every operator that it has. */
const cases: readonly Case[] = [
  ['origin.country_code', 'eq', 'de', true],
  ['origin.country_code', 'ne', 'DE', false],
  ['origin.postal_code', 'starts_with', '101', true],
  ['origin.state_code', 'in', ['BE', 'BB'], true],
  ['origin.city', 'contains', 'ERL', true],
  ['origin.address_type', 'eq', 'commercial', true],
  ['destination.country_code', 'in', ['CA', 'US'], true],
  ['destination.country_code', 'not_in', ['CA', 'MX'], true],
  ['destination.postal_code', 'eq', '90210', true],
  ['destination.postal_code', 'eq', '902101234', true],
  ['destination.postal_code', 'eq', '9021', false],
  ['destination.postal_code', 'ne', '90211', true],
  ['destination.postal_code', 'in', ['10001', '902*'], true],
  ['destination.postal_code', 'in', ['90000-90209', '90211..90300'], false],
  ['destination.postal_code', 'in', ['90000-90210'], true],
  ['destination.postal_code', 'not_in', ['90210-90300'], false],
  ['destination.postal_code', 'between', ['90210', '90211'], true],
  ['destination.postal_code', 'matches', '^902', true],
  ['destination.state_code', 'starts_with', 'c', true],
  ['destination.city', 'matches', '^beverly\\s', true],
  ['destination.city', 'eq', ' beverly hills ', true],
  ['destination.address_type', 'eq', 'po_box', true],
  ['destination.address_type', 'eq', 'residential', true],
  ['destination.address_type', 'ne', 'military', true],
  ['destination.address_type', 'in', ['business', 'military'], false],

  ['shipment.weight', 'gt', 13.3, true],
  ['shipment.weight', 'eq', '6.0359237', true, { unit: 'kg' }],
  ['shipment.weight', 'ne', '6.0359237', false, { unit: 'KG' }],
  ['shipment.weight', 'between', [0, '6035.9237'], true, { unit: 'g' }],
  ['shipment.weight', 'lt', '6035.9237', false, { unit: 'g' }],
  ['shipment.weight', 'lte', '212.9109', false, { unit: 'oz' }],
  ['shipment.volume', 'eq', '17387.064', true, { unit: 'cm3' }],
  ['shipment.parcel_count', 'eq', 2, true],
  ['shipment.item_count', 'in', [1, 3], true],
  ['shipment.item_count', 'not_in', [1, 3], false],
  ['shipment.value', 'eq', '49.9', true],
  ['shipment.value', 'gte', '49.91', false, { currency: 'USD' }],
  ['shipment.value', 'gte', 1, undefined, { currency: 'CAD' }],
  ['shipment.value', 'between', [1, 2], undefined, { currency: 'CAD' }],
  ['shipment.value', 'in', [1, 2], undefined, { currency: 'CAD' }],
  ['shipment.value', 'not_in', [1, 2], undefined, { currency: 'CAD' }],
  ['shipment.order_total', 'gt', 49.89, true],
  ['shipment.currency', 'eq', 'USD', true],
  ['shipment.channel', 'ne', 'shopify', true],
  ['shipment.tags', 'contains', 'vip', true],
  ['shipment.tags', 'contains', 'vi', false],
  ['shipment.tags', 'in', ['cold', 'fragile'], true],
  ['shipment.tags', 'not_in', ['cold', 'fragile'], false],
  ['shipment.tags', 'starts_with', 'frag', true],
  ['shipment.date', 'between', ['2026-11-27', '2026-11-27'], true],
  ['shipment.weekday', 'in', ['Friday', 'saturday'], true],
  ['shipment.time', 'gte', '23:30', true],
  ['shipment.time', 'between', ['09:00', '17:00'], false],
  ['shipment.metadata', 'eq', 'b7', true, { path: ['warehouse', 'zone'] }],
  ['shipment.metadata', 'ne', { zone: 'B7' }, false, { path: ['warehouse'] }],
  ['shipment.metadata', 'gt', 11, true, { path: ['stock'] }],
  ['shipment.metadata', 'gte', '12.0', true, { path: ['stock'] }],
  ['shipment.metadata', 'lt', 12, false, { path: ['stock'] }],
  ['shipment.metadata', 'lte', 12, true, { path: ['stock'] }],
  ['shipment.metadata', 'lte', 12, undefined, { path: ['labels'] }],
  ['shipment.metadata', 'between', [1, 12], true, { path: ['stock'] }],
  ['shipment.metadata', 'contains', 'big', true, { path: ['labels'] }],
  ['shipment.metadata', 'contains', '7', true, { path: ['warehouse', 'zone'] }],
  ['shipment.metadata', 'starts_with', 'b', true, { path: ['warehouse', 'zone'] }],
  ['shipment.metadata', 'matches', '^b\\d$', true, { path: ['warehouse', 'zone'] }],
  ['shipment.metadata', 'in', [1, 12], true, { path: ['stock'] }],
  ['shipment.metadata', 'not_in', ['b7'], false, { path: ['warehouse', 'zone'] }],
  ['shipment.metadata', 'eq', 1, undefined, { path: ['warehouse', 'missing', 'deep'] }],
  ['shipment.options', 'eq', true, true, { path: ['signature'] }],

  ['rate.carrier', 'eq', 'FedEx', true],
  ['rate.carrier', 'eq', 'fedex west', true],
  ['rate.carrier', 'in', ['ups', 'car_9'], true],
  ['rate.carrier', 'ne', 'car_9', false],
  ['rate.service', 'starts_with', 'fedex_', true],
  ['rate.total_charge', 'eq', '20.1', true],
  ['rate.total_charge', 'lte', '25.125', true, { currency: 'USD' }],
  ['rate.total_charge', 'lt', '25.125', false, { currency: 'USD' }],
  ['rate.total_charge', 'lt', 100, undefined, { currency: 'GBP' }],
  ['rate.insurance_charge', 'eq', 3, true],
  ['rate.fuel_surcharge', 'eq', '1.3', true],
  ['rate.duty_charge', 'eq', 4, true],
  ['rate.tax_charge', 'eq', 2, true],
  ['rate.transit_days', 'lte', 2, true],
  ['rate.estimated_delivery', 'lt', '2026-12-02', false],
  ['rate.delivery_days', 'eq', 5, true],
  ['rate.currency', 'eq', 'eur', true],
  ['rate.meta', 'lt', 5, true, { path: ['rate_zone'] }],
];

describe('a comparison', () => {
  it.each(cases)('%s %s %j is %s', (field, operator, value, truth, more = {}) => {
    expect(truthOf({ field, operator, value, ...(more as object) })).toBe(truth);
  });

  const ofParcel: readonly Case[] = [
    ['parcel.weight', 'gt', 9, true],
    ['parcel.length', 'eq', 20, true, { unit: 'in' }],
    ['parcel.width', 'eq', '25.4', true, { unit: 'cm' }],
    ['parcel.height', 'lte', 3.9, false, { unit: 'in' }],
    ['parcel.girth', 'eq', 30, true, { unit: 'in' }],
    ['parcel.length_plus_girth', 'gt', 49.9, true, { unit: 'in' }],
    ['parcel.volume', 'eq', 1000, true, { unit: 'in3' }],
    ['parcel.packaging_type', 'eq', 'YOUR_PACKAGING', true],
  ];
  it.each(ofParcel)('of one parcel: %s %s %j is %s', (field, operator, value, truth, more = {}) => {
    expect(truthOf({ parcels: 'any', where: { field, operator, value, ...(more as object) } })).toBe(truth);
  });

  const ofItem: readonly Case[] = [
    ['item.sku', 'matches', '^hz-\\d+$', true],
    ['item.title', 'contains', 'book', true],
    ['item.hs_code', 'starts_with', '4901', true],
    ['item.origin_country', 'eq', 'FR', true],
    ['item.quantity', 'gte', 2, true],
    ['item.weight', 'eq', 0.5, true, { unit: 'kg' }],
    ['item.value', 'lt', 9.9, false],
    ['item.metadata', 'eq', true, true, { path: ['hazmat'] }],
  ];
  it.each(ofItem)('of one item: %s %s %j is %s', (field, operator, value, truth, more = {}) => {
    // Unknown for an item that does not say is not false; an item that says settles it.
    expect(truthOf({ items: 'any', where: { field, operator, value, ...(more as object) } })).toBe(truth);
  });

  it('is tried for every field that there is', () => {
    const tried = new Set([...cases, ...ofParcel, ...ofItem].map(([field]) => field));
    expect(fieldNames.filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe('a fact that is not given', () => {
  const bare = someFacts({ rates: [{ id: 'r', carrier_name: 'x' }] });

  it.each(cases.filter(([field]) => !/carrier|date|weekday|time$/.test(field)))(
    'makes %s %s %j unknown',
    (field, operator, value, _, more = {}) => {
      expect(truthOf({ field, operator, value, ...(more as object) }, bare)).toBeUndefined();
    },
  );

  it('stays unknown when it is negated, and is found by exists', () => {
    const test = { field: 'shipment.weight', operator: 'gt', value: 1 };
    expect(truthOf({ not: test }, bare)).toBeUndefined();
    expect(truthOf({ field: 'shipment.weight', operator: 'exists' }, bare)).toBe(false);
    expect(truthOf({ field: 'shipment.weight', operator: 'exists', value: false }, bare)).toBe(true);
    expect(truthOf({ field: 'shipment.weight', operator: 'exists' })).toBe(true);
  });
});

describe('nested conditions', () => {
  const yes = { field: 'shipment.channel', operator: 'eq', value: 'amazon' };
  const no = { not: yes };
  const unknown = { field: 'shipment.metadata', path: ['none'], operator: 'eq', value: 1 };

  it.each<[string, object, boolean | undefined]>([
    ['all of nothing', { all: [] }, true],
    ['all', { all: [yes, yes] }, true],
    ['all with one unknown', { all: [yes, unknown] }, undefined],
    ['all with one false', { all: [unknown, no] }, false],
    ['any', { any: [no, yes] }, true],
    ['any with one unknown', { any: [no, unknown] }, undefined],
    ['any with one true', { any: [unknown, yes] }, true],
    ['neither', { any: [no, no] }, false],
    ['not', { not: no }, true],
    ['deep', { not: { any: [{ all: [yes, no] }, { not: { all: [yes, { any: [no, yes] }] } }] } }, true],
  ])('hold by the logic of three values: %s', (_, condition, truth) => {
    expect(truthOf(condition)).toBe(truth);
  });

  const heavy = { field: 'parcel.weight', operator: 'gt', value: 9 };
  it.each<[string, object, boolean | undefined]>([
    ['one of the parcels', { parcels: 'any', where: heavy }, true],
    ['all of the parcels', { parcels: 'all', where: heavy }, false],
    ['none of the parcels', { parcels: 'none', where: heavy }, false],
    [
      'all of the items',
      { items: 'all', where: { field: 'item.quantity', operator: 'gte', value: 1 } },
      true,
    ],
    ['none of the items', { items: 'none', where: { field: 'item.sku', operator: 'eq', value: 'XX' } }, true],
    [
      'none, where one does not say',
      { items: 'none', where: { field: 'item.title', operator: 'eq', value: 'Pen' } },
      undefined,
    ],
    [
      'one of the rates',
      { rates: 'any', where: { field: 'rate.total_charge', operator: 'lt', value: 20 } },
      false,
    ],
  ])('ask of %s', (_, condition, truth) => {
    expect(truthOf(condition)).toBe(truth);
  });

  it('do not know of parcels, items and rates that are not listed', () => {
    const bare = someFacts({ shipment: {} });
    expect(truthOf({ parcels: 'all', where: heavy }, bare)).toBeUndefined();
    expect(
      truthOf({ items: 'none', where: { field: 'item.sku', operator: 'exists' } }, bare),
    ).toBeUndefined();
    expect(truthOf({ parcels: 'any', where: heavy }, someFacts({ shipment: { parcels: [] } }))).toBe(false);
  });

  it('do not know the weight of all where one parcel does not say', () => {
    const parcels = [{ weight: 1, weight_unit: 'KG' }, {}];
    const condition = { field: 'shipment.weight', operator: 'gt', value: 0 };
    expect(truthOf(condition, someFacts({ shipment: { parcels } }))).toBeUndefined();
  });

  it('take only a code of nine digits for an extended one', () => {
    const condition = { field: 'destination.postal_code', operator: 'eq', value: '90210' };
    const to = (postal_code: string) => someFacts({ shipment: { recipient: { postal_code } } });
    expect([truthOf(condition, to('902101')), truthOf(condition, to('90210 1234'))]).toEqual([false, true]);
  });

  it('find the items of parcels where the order lists none', () => {
    const parcels = [{ items: [{ sku: 'A' }] }, { items: [{ sku: 'B', quantity: 4 }] }];
    const given = someFacts({ shipment: { parcels } });
    expect(truthOf({ items: 'any', where: { field: 'item.sku', operator: 'eq', value: 'b' } }, given)).toBe(
      true,
    );
    expect(truthOf({ field: 'shipment.item_count', operator: 'eq', value: 5 }, given)).toBe(true);
  });
});

describe('the day of a shipment', () => {
  it('is the one that is given, else the day of the evaluation in its time zone', () => {
    const late = someFacts({ evaluated_at: '2026-11-27T23:30:00Z', time_zone: 'Europe/Berlin' });
    expect(truthOf({ field: 'shipment.date', operator: 'eq', value: '2026-11-28' }, late)).toBe(true);
    expect(truthOf({ field: 'shipment.weekday', operator: 'eq', value: 'saturday' }, late)).toBe(true);
    const given = { ...late, shipment: { shipping_date: '2026-11-30' } };
    expect(truthOf({ field: 'shipment.weekday', operator: 'eq', value: 'monday' }, given)).toBe(true);
  });
});

it('takes the facts of the tests as a caller could send them', () => {
  expect(readRateFacts(JSON.parse(JSON.stringify(facts)))).toEqual({ read: facts });
});
