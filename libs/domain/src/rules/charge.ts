import { sumOf } from './decimal.ts';
import type { RateFact } from './facts.ts';
import { inCurrency, moneyOf, type Exchange, type Money } from './money.ts';

/** The kinds of extra charge that rules know. */
export const chargeKinds = ['insurance', 'fuel', 'duty', 'tax'] as const;
export type ChargeKind = (typeof chargeKinds)[number];

/** Carriers name their charges freely; these words are what the names have in common. */
const words: Readonly<Record<ChargeKind, RegExp>> = {
  insurance: /insur|declared value|valuation/i,
  fuel: /fuel/i,
  duty: /\bdut(y|ies)\b|customs|\bimport/i,
  tax: /\btax(es)?\b|\b(vat|gst|hst|pst|qst|tva|mwst|iva)\b/i,
};

type Charge = NonNullable<RateFact['extra_charges']>[number];

/** The first kind that fits, so that a charge counts once: "duties and taxes" are a duty. */
const kindOf = ({ name, charge_type }: Charge): ChargeKind | undefined => {
  const spoken = (name ?? '').replaceAll('_', ' ');
  return chargeKinds.find((kind) => words[kind].test(spoken)) ?? (charge_type === 'tax' ? 'tax' : undefined);
};

/**
 * What a rate charges of a kind, in the rate's currency. Nothing where its charges are listed and none is of the
 * kind; unknown where they are not listed, or one is in a currency that cannot be converted.
 */
export const chargeOf = (rate: RateFact, kind: ChargeKind, exchange: Exchange): Money | undefined => {
  const currency = rate.currency ?? undefined;
  if (!rate.extra_charges) return undefined;
  const amounts = rate.extra_charges
    .filter((charge) => kindOf(charge) === kind)
    .map((charge) => moneyOf(charge.amount ?? 0, charge.currency ?? currency))
    .map((money) => money && inCurrency(money, currency, exchange));
  const known = amounts.filter((amount) => amount !== undefined);
  return known.length < amounts.length ? undefined : { amount: sumOf(known), currency };
};
