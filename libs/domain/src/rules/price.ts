import type { AdjustCost } from './action.ts';
import { compareText } from './compare-text.ts';
import { decimal, type Decimal } from './decimal.ts';
import { inCurrency, type Exchange, type Money } from './money.ts';
import type { RateView, Scene } from './view.ts';

/** A surcharge, or below 0 a discount: a share of the total charge, and an amount in its currency or a given one. */
export type Adjustment = Readonly<{
  share: Decimal;
  fixed: Readonly<{ amount: Decimal; currency: string | undefined }> | undefined;
}>;

/** A rate with what it is compared by. */
export type Priced = Readonly<{
  view: RateView;
  /** In the currency of the comparison, with surcharges and discounts; below 0 where these are larger. */
  cost: Decimal;
  days: number | undefined;
}>;

export type Comparison = Readonly<{
  currency: string | undefined;
  priced: readonly Priced[];
  aside: readonly Readonly<{ position: number; why: 'currency' | 'no_price' }>[];
}>;

/** Makes rates comparable. What cannot be compared is set aside, never compared by its bare number. */
export const priceRates = (
  scene: Scene,
  shaped: readonly Readonly<{ adjusts: readonly Adjustment[] }>[],
  views: readonly RateView[],
): Comparison => {
  const currency = currencyOf(scene, views);
  const priced: Priced[] = [];
  const aside: { position: number; why: 'currency' | 'no_price' }[] = [];
  for (const view of views) {
    const adjusts = shaped[view.position]?.adjusts ?? [];
    const cost = view.total && costOf(view.total, adjusts, currency, scene.exchange);
    if (cost) priced.push({ view, cost, days: view.days() });
    else aside.push({ position: view.position, why: view.total ? 'currency' : 'no_price' });
  }
  return { currency, priced, aside };
};

/**
 * That of the rates where they have one only; else that of the facts, if a rate is in it or can be converted; else
 * the one that most of the rates have, of several such the first by its code.
 */
const currencyOf = ({ facts, exchange }: Scene, views: readonly RateView[]): string | undefined => {
  const counts = new Map<string | undefined, number>();
  for (const { total } of views) if (total) counts.set(total.currency, (counts.get(total.currency) ?? 0) + 1);
  const wanted = facts.currency ?? undefined;
  if (counts.size > 1 && wanted !== undefined) {
    for (const currency of counts.keys()) if (exchange(currency, wanted)) return wanted;
  }
  const [most] = [...counts].toSorted(([a, ofA], [b, ofB]) => ofB - ofA || compareText(a ?? '', b ?? ''));
  return most?.[0];
};

/** Worked out once per rule set: it is asked for each rate. */
export const adjustmentOf = ({ type, percent, amount, currency }: AdjustCost): Adjustment => {
  const sign = type === 'discount' ? -1 : 1;
  const fixed = amount === undefined ? undefined : { amount: decimal(amount).times(sign), currency };
  return {
    share: decimal(percent ?? 0)
      .times(hundredth)
      .times(sign),
    fixed,
  };
};

const hundredth = decimal('0.01');
const whole = decimal(1);

/** Undefined where a part of it cannot be converted. */
export const costOf = (
  total: Money,
  adjusts: readonly Adjustment[],
  currency: string | undefined,
  exchange: Exchange,
): Decimal | undefined => {
  const price = inCurrency(total, currency, exchange);
  if (!price || adjusts.length === 0) return price;
  let cost = price.times(adjusts.reduce((sum, { share }) => sum.plus(share), whole));
  for (const { fixed } of adjusts) {
    if (!fixed) continue;
    const money = { amount: fixed.amount, currency: fixed.currency ?? total.currency };
    const change = inCurrency(money, currency, exchange);
    if (!change) return undefined;
    cost = cost.plus(change);
  }
  return cost;
};
