import { costOf } from '../price.ts';
import { decimal, digits, isDecimal, type Decimal } from '../decimal.ts';
import type { Evaluation } from '../evaluate.ts';
import type { RateFact } from '../facts.ts';
import { isList } from '../kind.ts';
import { moneyOf, type Money } from '../money.ts';
import type { RuleSet } from '../rule.ts';
import type { Edit } from './edit.ts';
import { leavesOf } from './leaves.ts';

/** Currencies whose smallest coin is the unit: a change by cents could not be paid. */
const wholeCurrencies = [
  'BIF',
  'CLP',
  'DJF',
  'GNF',
  'ISK',
  'JPY',
  'KMF',
  'KRW',
  'PYG',
  'RWF',
  'UGX',
  'VND',
  'XAF',
  'XOF',
];

/**
 * Prices of a rate at which a decision may change, the nearest first: where it would cost as much as another, and
 * where a rule compares prices. Between two of them the decision is the same, so that the nearest which wins is the
 * smallest change of the price (for a scored choice, the smallest of those that are tried).
 */
export const priceEdits = (evaluation: Evaluation, ruleSet: RuleSet, rate: RateFact): readonly Edit[] => {
  if (!isDecimal(rate.total_charge)) return [];
  const from = decimal(rate.total_charge);
  const step = decimal(wholeCurrencies.includes(rate.currency ?? '') ? '1' : '0.01');
  const points = [
    ...equalPrices(evaluation, ruleSet, rate),
    ...comparedPrices(evaluation, ruleSet, rate),
    ...scoredPrices(evaluation, from),
  ];
  const prices = new Map<string, Decimal>();
  for (const point of points) {
    const floor = point.div(step).round(0, 0).times(step);
    for (const price of [floor.minus(step), floor, floor.plus(step)])
      if (price.gte(0) && !price.eq(from)) prices.set(digits(price), price);
  }
  const nearest = [...prices.values()].toSorted(
    (a, b) => a.minus(from).abs().cmp(b.minus(from).abs()) || a.cmp(b),
  );
  const currency = rate.currency ?? null;
  return nearest.map((price) => ({
    edit: 'total_charge',
    rate: rate.id,
    from: digits(from),
    to: digits(price),
    currency,
  }));
};

/** At which the rate would cost as much as another, or as much as a preference allows. */
const equalPrices = (evaluation: Evaluation, ruleSet: RuleSet, rate: RateFact): readonly Decimal[] => {
  const { scene, shaped, selection } = evaluation;
  const view = scene.rates.find((one) => one.rate.id === rate.id);
  if (!selection || !view) return [];
  const { currency } = selection.comparison;
  const costAt = (total: Money | undefined, position: number) =>
    total && costOf(total, shaped[position]?.adjusts ?? [], currency, scene.exchange);
  // What it is compared by grows evenly with its price.
  const none = costAt(moneyOf(0, rate.currency), view.position);
  const slope = none && costAt(moneyOf(1, rate.currency), view.position)?.minus(none);
  if (!none || !slope || slope.lte(0)) return [];
  return scene.rates
    .filter((other) => other !== view)
    .flatMap(({ total, position }) => costAt(total, position) ?? [])
    .flatMap((cost) => [cost, ...preferencePoints(ruleSet, cost)])
    .map((cost) => cost.minus(none).div(slope));
};

/** The costs that differ from one by exactly what a preference allows, either way. */
const preferencePoints = ({ rules }: RuleSet, cost: Decimal): readonly Decimal[] =>
  rules
    .flatMap(({ actions }) => actions.filter((action) => action.type === 'prefer_carrier'))
    .flatMap(({ within_percent, within_amount }) => {
      const amount = decimal(within_amount ?? 0);
      const more = decimal(within_percent ?? 0)
        .times('0.01')
        .plus(1);
      const less = decimal(2).minus(more);
      const below = [more, less]
        .filter((factor) => !factor.eq(0))
        .map((factor) => cost.minus(amount).div(factor));
      return [...below, cost.times(more).plus(amount), cost.times(less).plus(amount)];
    });

const priceFields = ['rate.total_charge'];

/** With which conditions compare prices, in the rate's currency. */
const comparedPrices = ({ scene }: Evaluation, ruleSet: RuleSet, rate: RateFact): readonly Decimal[] =>
  leavesOf(ruleSet)
    .filter(({ field }) => priceFields.includes(field))
    .flatMap(({ value, currency }) => {
      const exchange =
        currency === undefined ? decimal(1) : scene.exchange(rate.currency ?? undefined, currency);
      if (!exchange || exchange.lte(0)) return [];
      const values: readonly unknown[] = isList(value) ? value : [value];
      return values.filter(isDecimal).map((one) => decimal(one).div(exchange));
    });

/** A score has no price of its own at which it is equal: a hundred even steps down to nothing. */
const scoredPrices = ({ selection }: Evaluation, from: Decimal): readonly Decimal[] =>
  selection?.action.strategy === 'scored'
    ? Array.from({ length: 100 }, (_, step) => from.times(step).times('0.01'))
    : [];
