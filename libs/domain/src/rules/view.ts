import { decimal, isDecimal, sumOf, type Decimal } from './decimal.ts';
import { chargeOf, type ChargeKind } from './charge.ts';
import type { ItemFacts, ParcelFacts, RateFact, RateFacts } from './facts.ts';
import { dateOf, daysBetween, momentOf, type Moment } from './moment.ts';
import { exchangeOf, moneyOf, type Exchange, type Money } from './money.ts';
import { distance, inSmallest, mass, type Measure } from './unit.ts';

/** Facts as conditions ask for them, each worked out once. */
export type Scene = Readonly<{
  facts: RateFacts;
  exchange: Exchange;
  moment: () => Moment;
  /** Undefined where the shipment does not say. */
  parcels: readonly ParcelView[] | undefined;
  items: () => readonly ItemView[] | undefined;
  rates: readonly RateView[];
  /** In grams, of all parcels. */
  weight: () => Decimal | undefined;
  value: () => Money | undefined;
}>;

export type RateView = Readonly<{
  rate: RateFact;
  position: number;
  /** The names by which rules may mean its carrier, folded: code, label, connection. */
  carriers: readonly string[];
  connections: readonly string[];
  service: string | undefined;
  total: Money | undefined;
  /** By transit days, else by the estimated delivery. */
  days: () => number | undefined;
  deliveryDays: () => number | undefined;
  charge: (kind: ChargeKind) => Money | undefined;
}>;

export type ParcelView = Readonly<{
  parcel: ParcelFacts;
  /** In grams. */
  weight: Decimal | undefined;
  /** In millimetres, the longest first; undefined where one is missing. */
  sides: readonly [Decimal, Decimal, Decimal] | undefined;
}>;

export type ItemView = Readonly<{
  item: ItemFacts;
  weight: () => Decimal | undefined;
  /** Of one piece, in the shipment's currency where the item does not say its own. */
  value: () => Money | undefined;
}>;

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** As texts are compared: without regard to case and to space around them. */
export const fold = (text: string): string => text.trim().toLowerCase();

export const sceneOf = (facts: RateFacts): Scene => {
  const { shipment } = facts;
  const exchange = exchangeOf(facts.exchange_rates);
  const moment = once(() => momentOf(facts));
  const parcels = shipment.parcels?.map(parcelView);
  const items = once(() => itemsOf(shipment));
  return {
    facts,
    exchange,
    moment,
    parcels,
    items,
    rates: facts.rates.map((rate, position) => rateView(rate, position, exchange, moment)),
    weight: once(() => totalOf(parcels?.map(({ weight }) => weight))),
    value: once(() => valueOf(facts, items())),
  };
};

const rateView = (rate: RateFact, position: number, exchange: Exchange, moment: () => Moment): RateView => {
  const connection = rate.meta?.['carrier_connection_id'];
  const connections = [rate.carrier_id, connection].filter((name) => typeof name === 'string').map(fold);
  const deliveryDays = once(() => {
    const date = dateOf(rate.estimated_delivery ?? '');
    return date === undefined ? undefined : daysBetween(moment().date, date);
  });
  const charges = new Map<ChargeKind, Money | undefined>();
  return {
    rate,
    position,
    carriers: [fold(rate.carrier_name), ...connections],
    connections,
    service: rate.service ? fold(rate.service) : undefined,
    total: moneyOf(rate.total_charge, rate.currency),
    deliveryDays,
    days: () => rate.transit_days ?? deliveryDays(),
    charge: (kind) => {
      if (!charges.has(kind)) charges.set(kind, chargeOf(rate, kind, exchange));
      return charges.get(kind);
    },
  };
};

const measured = (
  measure: Measure,
  amount: number | string | null | undefined,
  unit: string | null | undefined,
): Decimal | undefined =>
  amount === null || amount === undefined || !unit ? undefined : inSmallest(measure, amount, unit);

const parcelView = (parcel: ParcelFacts): ParcelView => {
  const [a, b, c] = [parcel.length, parcel.width, parcel.height]
    .map((side) => measured(distance, side, parcel.dimension_unit))
    .filter((side) => side !== undefined)
    .toSorted((one, other) => other.cmp(one));
  return {
    parcel,
    weight: measured(mass, parcel.weight, parcel.weight_unit),
    sides: a && b && c && [a, b, c],
  };
};

/** Those of the order, else those of its parcels; undefined where neither are listed. */
const itemsOf = (shipment: RateFacts['shipment']): readonly ItemView[] | undefined => {
  const { items, parcels } = shipment;
  const lists = items ? [items] : (parcels ?? []).flatMap((parcel) => (parcel.items ? [parcel.items] : []));
  if (lists.length === 0) return undefined;
  const currency = currencyOf(shipment);
  return lists.flat().map((item) => ({
    item,
    weight: once(() => measured(mass, item.weight, item.weight_unit)),
    value: once(() => moneyOf(item.value_amount, item.value_currency ?? currency)),
  }));
};

const currencyOf = ({ currency, options }: RateFacts['shipment']): string | undefined => {
  const spoken = currency ?? options?.['currency'];
  return typeof spoken === 'string' ? spoken : undefined;
};

/** Of all of them; unknown where one is, or where there are none. */
export const totalOf = (amounts: readonly (Decimal | undefined)[] | undefined): Decimal | undefined => {
  const known = amounts?.filter((amount) => amount !== undefined) ?? [];
  return known.length > 0 && known.length === amounts?.length ? sumOf(known) : undefined;
};

/** As declared, else what its items are worth together, if all of them say so in one currency. */
const valueOf = ({ shipment }: RateFacts, items: readonly ItemView[] | undefined): Money | undefined => {
  const declared = shipment.value ?? shipment.options?.['declared_value'];
  return isDecimal(declared) ? moneyOf(declared, currencyOf(shipment)) : worthOf(items ?? []);
};

const worthOf = (items: readonly ItemView[]): Money | undefined => {
  const [currency, ...others] = new Set(items.map(({ value }) => value()?.currency));
  const amount = totalOf(
    items.map(({ item: { quantity }, value }) => value()?.amount.times(decimal(quantity ?? 1))),
  );
  return amount && others.length === 0 ? { amount, currency } : undefined;
};
