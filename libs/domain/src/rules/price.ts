import type { AdjustCost } from './action.ts';
import { compareText } from './compare-text.ts';
import { decimal, sumOf, type Decimal } from './decimal.ts';
import { inCurrency, moneyOf, type Exchange, type Money } from './money.ts';
import type { Shaped } from './shape.ts';
import type { RateView, Scene } from './view.ts';

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
  shaped: readonly Shaped[],
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

export const costOf = (
  total: Money,
  adjusts: readonly AdjustCost[],
  currency: string | undefined,
  exchange: Exchange,
): Decimal | undefined => {
  const parts = [
    inCurrency(total, currency, exchange),
    ...adjusts.map((adjust) => {
      const change = changeOf(adjust, total, currency, exchange);
      return adjust.type === 'discount' ? change?.neg() : change;
    }),
  ];
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? sumOf(known) : undefined;
};

const changeOf = (
  { percent, amount, currency: given }: AdjustCost,
  total: Money,
  currency: string | undefined,
  exchange: Exchange,
): Decimal | undefined => {
  const share = inCurrency(
    { ...total, amount: total.amount.times(decimal(percent ?? 0)).times('0.01') },
    currency,
    exchange,
  );
  const fixed = moneyOf(amount ?? 0, given ?? total.currency);
  const converted = fixed && inCurrency(fixed, currency, exchange);
  return share && converted?.plus(share);
};
