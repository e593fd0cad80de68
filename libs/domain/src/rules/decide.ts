import type { CompiledRules } from './compile.ts';
import { digits } from './decimal.ts';
import { evaluate, nothingReason, type Evaluation } from './evaluate.ts';
import type { RateFacts } from './facts.ts';
import type { RuleMatch } from './match.ts';
import { effectsOf, type Effects } from './outcome.ts';
import type { Selection } from './select.ts';
import type { Shaped } from './shape.ts';
import type { Decided, RateDecision, RateTrace, RuleTrace } from './trace.ts';

/**
 * Chooses a rate, and says how. The same rules and facts always give the same answer, in whatever order the rates
 * come.
 */
export const decide = (compiled: CompiledRules, facts: RateFacts): Decided => {
  const evaluation = evaluate(compiled, facts);
  const { scene, matched, matches, shaped, selection, outcomes } = evaluation;
  const effects = effectsOf(scene, matched, selection?.winner.view.position);
  const standings = selection && comparedStandings(selection);
  return {
    decision: decisionOf(evaluation, effects),
    trace: {
      currency: selection?.comparison.currency ?? null,
      preferredBy: selection?.preferredBy ?? null,
      rules: matches.map((match) => ruleTrace(match, outcomes, effects)),
      rates: scene.rates.map(({ rate, position }) => ({
        rate: rate.id,
        ...standingOf(shaped[position], standings, position),
      })),
    },
  };
};

const decisionOf = (evaluation: Evaluation, { options, holds, notifications }: Effects): RateDecision => {
  const { selection } = evaluation;
  const held = { options, holds, notifications };
  if (!selection) {
    const outcome = holds.length > 0 ? 'held' : 'none';
    return { outcome, rate: null, rule: null, strategy: null, why: nothingReason(evaluation), ...held };
  }
  return {
    outcome: holds.length > 0 ? 'held' : 'selected',
    rate: selection.winner.view.rate.id,
    rule: selection.match.compiled.rule.id,
    strategy: selection.action.strategy,
    why: null,
    ...held,
  };
};

const ruleTrace = (
  { compiled, rates }: RuleMatch,
  outcomes: Evaluation['outcomes'],
  effects: Effects,
): RuleTrace => {
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

type Standing = Omit<RateTrace, 'rate'>;

/** By position, of the rates that the selecting rule chose among. */
type Standings = ReadonlyMap<number, Standing>;

const standingOf = (
  shaped: Shaped | undefined,
  standings: Standings | undefined,
  position: number,
): Standing => {
  if (shaped && shaped.blockedBy.length > 0) return { standing: 'blocked', by: shaped.blockedBy };
  if (shaped && shaped.filteredBy.length > 0) return { standing: 'filtered', by: shaped.filteredBy };
  if (!standings) return { standing: 'left' };
  return standings.get(position) ?? { standing: 'out_of_scope' };
};

const comparedStandings = ({ comparison, ranked, winner }: Selection): Standings => {
  const standings = new Map<number, Standing>();
  for (const { position, why } of comparison.aside) standings.set(position, { standing: why });
  for (const [place, rate] of ranked.entries()) {
    standings.set(rate.view.position, {
      standing: winner === rate ? 'selected' : 'outranked',
      cost: digits(rate.cost),
      days: rate.days ?? null,
      ...(rate.score ? { score: rate.score.toFixed(6) } : {}),
      rank: place + 1,
    });
  }
  return standings;
};
