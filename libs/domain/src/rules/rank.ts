import type { SelectService, Weights } from './action.ts';
import { compareText } from './compare-text.ts';
import { decimal, sumOf, type Decimal } from './decimal.ts';
import type { Priced } from './price.ts';

/** A rate in its place. */
export type Ranked = Priced & Readonly<{ score?: Decimal }>;

/** The best first, in an order that does not depend on that of the rates. */
export const rankRates = (
  { strategy, weights }: SelectService,
  priced: readonly Priced[],
): readonly Ranked[] => {
  if (strategy === 'fastest') return priced.toSorted((a, b) => byDays(a, b) || byCost(a, b) || byName(a, b));
  if (strategy === 'scored' && weights) return byScore(weights, priced);
  return priced.toSorted((a, b) => byCost(a, b) || byDays(a, b) || byName(a, b));
};

const byCost = (a: Priced, b: Priced): number => a.cost.cmp(b.cost);

/** What has not said how long it takes comes last. */
const byDays = (a: Priced, b: Priced): number => {
  if (a.days === b.days) return 0;
  if (a.days === undefined || b.days === undefined) return a.days === undefined ? 1 : -1;
  return a.days - b.days;
};

/** Ids are unique, so that no two rates are ever equal. */
const byName = ({ view: { rate: a } }: Priced, { view: { rate: b } }: Priced): number =>
  compareText(a.carrier_name, b.carrier_name) ||
  compareText(a.service ?? '', b.service ?? '') ||
  compareText(a.id, b.id);

/** How each of these is measured; more is worse. */
const measures: Readonly<Record<keyof Weights, (priced: Priced) => Decimal | undefined>> = {
  cost: ({ cost }) => cost,
  speed: ({ days }) => (days === undefined ? undefined : decimal(days)),
  reliability: ({ view }) => negated(view.rate.reliability),
  emissions: ({ view }) => known(view.rate.emissions_kg),
};

const known = (value: number | string | null | undefined): Decimal | undefined =>
  value === null || value === undefined ? undefined : decimal(value);

const negated = (value: number | null | undefined): Decimal | undefined => known(value)?.neg();

/**
 * The weighted mean of how each rate stands between the best (0) and the worst (1) in each respect. What a rate does
 * not say counts as the worst; a respect in which all are equal, or which none has, counts for none.
 */
const byScore = (weights: Weights, priced: readonly Priced[]): readonly Ranked[] => {
  const respects = respectNames.filter((name) => weights[name] > 0);
  const columns = respects.map((name) =>
    scaled(priced.map(measures[name])).map((place) => place.times(decimal(weights[name]))),
  );
  const weight = sumOf(respects.map((name) => decimal(weights[name])));
  const scored = priced.map((one, position) => {
    const places = columns.map((column) => column[position]).filter((place) => place !== undefined);
    return { ...one, score: sumOf(places).div(weight) };
  });
  return scored.toSorted((a, b) => a.score.cmp(b.score) || byCost(a, b) || byDays(a, b) || byName(a, b));
};

const respectNames = ['cost', 'speed', 'reliability', 'emissions'] as const;

const zero = decimal(0);
const worst = decimal(1);

const scaled = (values: readonly (Decimal | undefined)[]): readonly Decimal[] => {
  const said = values.filter((value) => value !== undefined);
  const [first = zero] = said;
  const low = said.reduce((a, b) => (b.lt(a) ? b : a), first);
  const high = said.reduce((a, b) => (b.gt(a) ? b : a), first);
  const span = high.minus(low);
  return values.map((value) => {
    if (value === undefined) return said.length > 0 ? worst : zero;
    return span.eq(zero) ? zero : value.minus(low).div(span);
  });
};
