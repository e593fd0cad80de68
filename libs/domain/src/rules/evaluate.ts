import type { CompiledRules } from './compile.ts';
import type { RateFacts } from './facts.ts';
import { asksOf, isMatched, matchRules, type Matched, type RuleMatch } from './match.ts';
import { preferencesOf, select, type Selection } from './select.ts';
import { isLeft, shapeRates, type Shaped } from './shape.ts';
import type { NothingReason, RuleTrace } from './trace.ts';
import { sceneOf, type Scene } from './view.ts';

/** How the rules come to a rate: what a decision and its explanation are made of. */
export type Evaluation = Readonly<{
  scene: Scene;
  matches: readonly RuleMatch[];
  matched: readonly Matched[];
  /** By position of the rate. */
  shaped: readonly Shaped[];
  selection: Selection | undefined;
  /** By rule, what came of its selecting. */
  outcomes: ReadonlyMap<string, SelectionOutcome>;
}>;

export type SelectionOutcome = NonNullable<RuleTrace['selection']>;

/**
 * First all rules that apply shape the rates: they block, filter and adjust what is compared. Then the first rule in
 * the order of the set that selects, and finds a rate left, wins.
 */
export const evaluate = (compiled: CompiledRules, facts: RateFacts): Evaluation => {
  const scene = sceneOf(facts);
  const asks = asksOf(scene);
  const matches = matchRules(compiled, asks);
  const matched = matches.filter(isMatched);
  const shaped = shapeRates(matched, asks);
  return { scene, matches, matched, shaped, ...selectFirst(scene, shaped, matched) };
};

const selectFirst = (
  scene: Scene,
  shaped: readonly Shaped[],
  matched: readonly Matched[],
): Pick<Evaluation, 'selection' | 'outcomes'> => {
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

/** Why no rate was selected. */
export const nothingReason = ({ shaped, outcomes }: Evaluation): NothingReason => {
  if (shaped.length === 0) return 'no_rates';
  if (!shaped.some(isLeft)) return 'all_set_aside';
  return outcomes.size === 0 ? 'no_rule_selects' : 'nothing_to_select';
};
