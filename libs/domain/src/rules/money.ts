import { decimal, type Decimal } from './decimal.ts';
import type { RateFacts } from './facts.ts';

/** An amount with its currency, which may not have been said. */
export type Money = Readonly<{ amount: Decimal; currency: string | undefined }>;

export const moneyOf = (
  amount: number | string | null | undefined,
  currency: string | null | undefined,
): Money | undefined =>
  amount === null || amount === undefined
    ? undefined
    : { amount: decimal(amount), currency: currency ?? undefined };

/** What one unit of `from` is in `to`; undefined where no rate was given. Nothing is inverted or chained. */
export type Exchange = (from: string | undefined, to: string | undefined) => Decimal | undefined;

const one = decimal(1);

export const exchangeOf = (rates: RateFacts['exchange_rates']): Exchange => {
  const given = new Map((rates ?? []).map(({ from, to, rate }) => [`${from}>${to}`, decimal(rate)]));
  return (from, to) => (from === to ? one : given.get(`${from}>${to}`));
};

/** In another currency; undefined where the currencies differ and no rate was given. */
export const inCurrency = (
  money: Money,
  currency: string | undefined,
  exchange: Exchange,
): Decimal | undefined => {
  if (money.currency === currency) return money.amount;
  const rate = exchange(money.currency, currency);
  return rate && money.amount.times(rate);
};
