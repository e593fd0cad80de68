import type { Choice, PreferCarrier, SelectService } from './action.ts';
import { decimal, type Decimal } from './decimal.ts';
import { matches, positionsOf, type Matched } from './match.ts';
import { priceRates, type Comparison } from './price.ts';
import { rankRates, type Ranked } from './rank.ts';
import { isLeft, type Shaped } from './shape.ts';
import { fold, type RateView, type Scene } from './view.ts';

export type Selection = Readonly<{
  match: Matched;
  action: SelectService;
  comparison: Comparison;
  ranked: readonly Ranked[];
  winner: Ranked;
  preferredBy: string | undefined;
}>;

export type SelectionAttempt =
  { readonly made: Selection } | { readonly failed: 'nothing_left' | 'nothing_comparable' };

/** What the rule's action chooses among the rates that it matches and that are left. */
export const select = (
  scene: Scene,
  shaped: readonly Shaped[],
  match: Matched,
  action: SelectService,
  preferences: readonly Preference[],
): SelectionAttempt => {
  const left = positionsOf(match, scene.rates.length)
    .filter((position) => isLeftAt(shaped, position))
    .map((position) => scene.rates[position])
    .filter((view) => view !== undefined);
  const scope = scopeOf(action, left);
  if (scope.length === 0) return { failed: 'nothing_left' };
  const comparison = priceRates(scene, shaped, scope);
  const ranked = rankRates(action, comparison.priced);
  const [best] = ranked;
  if (!best) return { failed: 'nothing_comparable' };
  const preferred = preferredOf(preferences, ranked, best);
  return {
    made: {
      match,
      action,
      comparison,
      ranked,
      winner: preferred?.rate ?? best,
      preferredBy: preferred?.rule,
    },
  };
};

const isLeftAt = (shaped: readonly Shaped[], position: number): boolean => {
  const one = shaped[position];
  return one !== undefined && isLeft(one);
};

/** Those that the action names; for `preferred`, those of the first choice that has any. */
const scopeOf = ({ strategy, choices }: SelectService, views: readonly RateView[]): readonly RateView[] => {
  if (choices.length === 0) return views;
  if (strategy !== 'preferred')
    return views.filter((view) => choices.some((choice) => isChosen(choice, view)));
  const first = choices.find((choice) => views.some((view) => isChosen(choice, view)));
  return first ? views.filter((view) => isChosen(first, view)) : [];
};

const isChosen = ({ carrier, connection, service }: Choice, view: RateView): boolean =>
  (carrier === undefined || view.carriers.includes(fold(carrier))) &&
  (connection === undefined || view.connections.includes(fold(connection))) &&
  (service === undefined || view.service === fold(service));

export type Preference = Readonly<{ match: Matched; action: PreferCarrier }>;

export const preferencesOf = (matched: readonly Matched[]): readonly Preference[] =>
  matched.flatMap((match) =>
    match.compiled.actions.flatMap(({ action }) =>
      action.type === 'prefer_carrier' ? [{ match, action }] : [],
    ),
  );

/** The first preference that a rate within its limit fulfils decides. */
const preferredOf = (
  preferences: readonly Preference[],
  ranked: readonly Ranked[],
  best: Ranked,
): Readonly<{ rate: Ranked; rule: string }> | undefined => {
  for (const { match, action } of preferences) {
    const limit = limitOf(action, best);
    const rate = ranked.find(
      ({ view, cost }) =>
        matches(match, view.position) &&
        isChosen(action.choice, view) &&
        (limit === undefined || cost.lte(limit)),
    );
    if (rate) return { rate, rule: match.compiled.rule.id };
  }
  return undefined;
};

/** What a preferred rate may cost; undefined for any price. */
const limitOf = ({ within_percent, within_amount }: PreferCarrier, { cost }: Ranked): Decimal | undefined => {
  if (within_percent === undefined && within_amount === undefined) return undefined;
  // Of what it costs beyond 0: a discount may have brought the best below.
  const share = cost
    .abs()
    .times(decimal(within_percent ?? 0))
    .times('0.01');
  return cost.plus(share).plus(decimal(within_amount ?? 0));
};
