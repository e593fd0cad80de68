import type { CompiledRules } from './compile.ts';
import { digits } from './decimal.ts';
import type { RateFacts } from './facts.ts';
import { asksOf, isMatched, matchRules, type Matched, type RuleMatch } from './match.ts';
import { effectsOf, type Effects } from './outcome.ts';
import { preferencesOf, select, type Selection } from './select.ts';
import { isLeft, shapeRates, type Shaped } from './shape.ts';
import type { Decided, NothingReason, RateDecision, RateStanding, RateTrace, RuleTrace } from './trace.ts';
import { sceneOf } from './view.ts';

/**
 * Chooses a rate, and says how. First all rules that apply shape the rates: they block, filter and adjust what is
 * compared. Then the first rule in the order of the set that selects, and finds a rate left, wins. The same rules and
 * facts always give the same answer, in whatever order the rates come.
 */
export const decide = (compiled: CompiledRules, facts: RateFacts): Decided => {
  const scene = sceneOf(facts);
  const asks = asksOf(scene);
  const matches = matchRules(compiled, asks);
  const matched = matches.filter(isMatched);
  const shaped = shapeRates(matched, asks);
  const { selection, outcomes } = selectFirst(scene, shaped, matched);
  const effects = effectsOf(scene, matched, selection?.winner.view.position);
  return {
    decision: decisionOf(selection, effects, selection ? null : nothingReason(shaped, outcomes)),
    trace: {
      currency: selection?.comparison.currency ?? null,
      preferredBy: selection?.preferredBy ?? null,
      rules: matches.map((match) => ruleTrace(match, outcomes, effects)),
      rates: shaped.map((one, position) =>
        rateTrace(facts.rates[position]?.id ?? '', position, one, selection),
      ),
    },
  };
};

const decisionOf = (
  selection: Selection | undefined,
  { options, holds, notifications }: Effects,
  why: NothingReason | null,
): RateDecision => ({
  outcome: holds.length > 0 ? 'held' : selection ? 'selected' : 'none',
  rate: selection?.winner.view.rate.id ?? null,
  rule: selection?.match.compiled.rule.id ?? null,
  strategy: selection?.action.strategy ?? null,
  why,
  options,
  holds,
  notifications,
});

type SelectionOutcome = NonNullable<RuleTrace['selection']>;
type Outcomes = ReadonlyMap<string, SelectionOutcome>;

/** By rule, what came of its selecting. */
const selectFirst = (
  scene: Parameters<typeof select>[0],
  shaped: readonly Shaped[],
  matched: readonly Matched[],
): Readonly<{ selection: Selection | undefined; outcomes: Outcomes }> => {
  const preferences = preferencesOf(matched);
  const outcomes = new Map<string, SelectionOutcome>();
  let selection: Selection | undefined;
  for (const match of matched) {
    for (const { action } of match.compiled.actions) {
      if (action.type !== 'select_service') continue;
      const attempt = selection ? undefined : select(scene, shaped, match, action, preferences);
      if (attempt && 'made' in attempt) selection = attempt.made;
      const outcome = attempt === undefined ? 'not_needed' : 'made' in attempt ? 'made' : attempt.failed;
      if (outcomes.get(match.compiled.rule.id) !== 'made') outcomes.set(match.compiled.rule.id, outcome);
    }
  }
  return { selection, outcomes };
};

const nothingReason = (shaped: readonly Shaped[], outcomes: Outcomes): NothingReason => {
  if (shaped.length === 0) return 'no_rates';
  if (!shaped.some(isLeft)) return 'all_set_aside';
  return outcomes.size === 0 ? 'no_rule_selects' : 'nothing_to_select';
};

const ruleTrace = ({ compiled, rates }: RuleMatch, outcomes: Outcomes, effects: Effects): RuleTrace => {
  const { id, name } = compiled.rule;
  const selection = outcomes.get(id);
  const overruled = effects.overruled.get(id);
  const unresolved = effects.unresolved.get(id);
  return {
    rule: id,
    name,
    about: compiled.isAboutRates ? 'rates' : 'shipment',
    matched: rates,
    ...(selection ? { selection } : {}),
    ...(overruled ? { overruled } : {}),
    ...(unresolved ? { unresolved } : {}),
  };
};

const rateTrace = (
  rate: string,
  position: number,
  shaped: Shaped,
  selection: Selection | undefined,
): RateTrace => {
  if (shaped.blockedBy.length > 0) return { rate, standing: 'blocked', by: shaped.blockedBy };
  if (shaped.filteredBy.length > 0) return { rate, standing: 'filtered', by: shaped.filteredBy };
  if (!selection) return { rate, standing: 'left' };
  const aside = selection.comparison.aside.find((one) => one.position === position);
  if (aside) return { rate, standing: aside.why };
  const place = selection.ranked.findIndex(({ view }) => view.position === position);
  const ranked = selection.ranked[place];
  if (!ranked) return { rate, standing: 'out_of_scope' };
  const standing: RateStanding = selection.winner === ranked ? 'selected' : 'outranked';
  return {
    rate,
    standing,
    cost: digits(ranked.cost),
    days: ranked.days ?? null,
    ...(ranked.score ? { score: ranked.score.toFixed(6) } : {}),
    rank: place + 1,
  };
};
