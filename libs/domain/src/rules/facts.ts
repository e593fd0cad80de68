import { z } from 'zod';
import type { Json } from '../json.ts';
import { isMap } from './map.ts';
import { zoneOf } from '../schedule/zone.ts';
import { decimalRemedy, isDecimal } from './decimal.ts';
import { readAs, refuse, refusedAt, type Read, wrongType } from './refused.ts';
import { sizeProblem } from './size.ts';
import { distance, mass, type Measure } from './unit.ts';

/**
 * What a decision is made from: all of it given, nothing looked up. In the shape of the contract's shipments and
 * rates (snake_case), so that what a client sends is what is recorded; members that no rule knows stay in it.
 */

/** A number, or its digits as text. Money is exact either way. */
const amount = z.custom<number | string>(isDecimal, `must be ${decimalRemedy}`);
const notNegative = amount.refine((value) => !String(value).startsWith('-'), 'must not be negative');
const text = z.string().max(10_000, 'must have at most 10,000 characters');
const unitOf = (measure: Measure) =>
  text.refine(
    (unit) => measure.factorOf(unit) !== undefined,
    `must be one of ${measure.units.join(', ')}, in any case`,
  );
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD');
const calendarDate = z.iso.date('must be a date such as 2026-11-27');
const map = z.custom<Readonly<Record<string, Json>>>(isMap, 'must be an object');

const Address = z.looseObject({
  country_code: text.nullish(),
  postal_code: text.nullish(),
  state_code: text.nullish(),
  city: text.nullish(),
  address_line1: text.nullish(),
  address_line2: text.nullish(),
  residential: z.boolean().nullish(),
  /** Said by the caller where it knows better than the address tells: residential, business, po_box or military. */
  address_type: text.nullish(),
});

const isGiven = (value: unknown): boolean => value !== null && value !== undefined;

/** Nothing is assumed of an amount without a unit. */
const needsUnit =
  (unit: 'weight_unit' | 'dimension_unit', ...amounts: readonly string[]) =>
  (input: Readonly<Record<string, unknown>>): boolean =>
    isGiven(input[unit]) || !amounts.some((name) => isGiven(input[name]));
const weightUnitMissing = { path: ['weight_unit'], message: 'must be given with a weight: kg, g, lb or oz' };
const sideUnitMissing = {
  path: ['dimension_unit'],
  message: 'must be given with dimensions: cm, mm, m, in or ft',
};

const Item = z
  .looseObject({
    sku: text.nullish(),
    title: text.nullish(),
    description: text.nullish(),
    hs_code: text.nullish(),
    origin_country: text.nullish(),
    quantity: notNegative.nullish(),
    weight: notNegative.nullish(),
    weight_unit: unitOf(mass).nullish(),
    value_amount: notNegative.nullish(),
    value_currency: currency.nullish(),
    metadata: map.nullish(),
  })
  .refine(needsUnit('weight_unit', 'weight'), weightUnitMissing);

const Parcel = z
  .looseObject({
    weight: notNegative.nullish(),
    weight_unit: unitOf(mass).nullish(),
    length: notNegative.nullish(),
    width: notNegative.nullish(),
    height: notNegative.nullish(),
    dimension_unit: unitOf(distance).nullish(),
    packaging_type: text.nullish(),
    items: z.array(Item).max(1_000, 'can be 1,000 at most').nullish(),
  })
  .refine(needsUnit('weight_unit', 'weight'), weightUnitMissing)
  .refine(needsUnit('dimension_unit', 'length', 'width', 'height'), sideUnitMissing);

const Shipment = z.looseObject({
  shipper: Address.nullish(),
  recipient: Address.nullish(),
  parcels: z.array(Parcel).max(1_000, 'can be 1,000 at most').nullish(),
  /** Of the order, where they are not said by parcel. */
  items: z.array(Item).max(1_000, 'can be 1,000 at most').nullish(),
  options: map.nullish(),
  value: notNegative.nullish(),
  order_total: notNegative.nullish(),
  currency: currency.nullish(),
  tags: z.array(text).max(1_000, 'can be 1,000 at most').nullish(),
  channel: text.nullish(),
  /** The day it is handed to the carrier; else that of the evaluation. */
  shipping_date: calendarDate.nullish(),
  metadata: map.nullish(),
});

const Charge = z.looseObject({
  name: text.nullish(),
  amount: amount.nullish(),
  currency: currency.nullish(),
  charge_type: text.nullish(),
});

const Rate = z.looseObject({
  id: text.min(1, 'must not be empty'),
  carrier_name: text,
  carrier_id: text.nullish(),
  service: text.nullish(),
  currency: currency.nullish(),
  total_charge: amount.nullish(),
  transit_days: z.number().int('must be whole days').min(0, 'must not be negative').max(10_000).nullish(),
  /** A date, or a date with a time, of which the date counts. */
  estimated_delivery: text.nullish(),
  extra_charges: z.array(Charge).max(1_000, 'can be 1,000 at most').nullish(),
  /** The share of parcels that arrive in time: 0 to 1. */
  reliability: z.number().min(0).max(1, 'is a share: 0 to 1').nullish(),
  emissions_kg: notNegative.nullish(),
  meta: map.nullish(),
});

const ExchangeRate = z.object({
  from: currency,
  to: currency,
  rate: notNegative.refine((rate) => Number(rate) > 0, 'must be more than 0'),
});

export const RateFacts = z.object({
  /** When the decision is made: rules about dates and times read this clock only. */
  evaluated_at: z.iso.datetime('must be an instant such as 2026-11-27T22:00:00Z'),
  /** Whose calendar and clock these rules mean; UTC unless given. */
  time_zone: text
    .refine((name) => !('refused' in zoneOf(name)), 'must be an IANA name such as Europe/Berlin or UTC')
    .nullish(),
  /** In which rates of several currencies are compared. */
  currency: currency.nullish(),
  /** One unit of `from` is `rate` units of `to`. Nothing is inverted or chained. */
  exchange_rates: z.array(ExchangeRate).max(1_000, 'can be 1,000 at most').nullish(),
  shipment: Shipment,
  rates: z.array(Rate).max(1_000, 'can be 1,000 at most'),
});

export type RateFacts = z.infer<typeof RateFacts>;
export type AddressFacts = z.infer<typeof Address>;
export type ParcelFacts = z.infer<typeof Parcel>;
export type ItemFacts = z.infer<typeof Item>;
export type RateFact = z.infer<typeof Rate>;

/** A thousand rates with all of their charges have a tenth of it. */
const valuesMax = 200_000;

/** Whatever a caller sent, as facts. A rate's id says which one was chosen, so no two may share it. */
export const readRateFacts = (input: unknown): Read<RateFacts> => {
  const tooLarge = sizeProblem(input, valuesMax);
  if (tooLarge !== undefined) return refuse('', tooLarge);
  const parsed = RateFacts.safeParse(input, { error: wrongType });
  if (!parsed.success) return refusedAt('', parsed.error);
  const ids = new Set<string>();
  for (const [position, { id }] of parsed.data.rates.entries()) {
    if (ids.has(id))
      return refuse(`rates.${position}.id`, `${id} is the id of an earlier rate: give each its own.`);
    ids.add(id);
  }
  return readAs(parsed.data);
};
