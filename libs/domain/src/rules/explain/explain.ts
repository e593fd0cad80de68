import type { CompiledRules } from '../compile.ts';
import { decide } from '../decide.ts';
import { evaluate, type Evaluation } from '../evaluate.ts';
import type { RateFact, RateFacts } from '../facts.ts';
import type { Decided, RateTrace } from '../trace.ts';
import { applyEdits, type Edit, type Situation } from './edit.ts';
import { ruleEdits, shipmentEdits, transitEdits } from './other-edits.ts';
import { priceEdits } from './price-edits.ts';
import { becauseOf, changeSentence, decisionSentence } from './sentence.ts';

/** A change after which another rate would have been selected: tried, by deciding anew with it. */
export type Change = Readonly<{ edits: readonly Edit[]; says: string }>;

export type RateExplanation = RateTrace &
  Readonly<{
    /** Why it was selected, or why not. */
    because: string;
    /** The smallest change of each kind that would have selected it, the smallest kind first; empty if none was found. */
    changes: readonly Change[];
  }>;

export type DecisionExplanation = Readonly<{ says: string; rates: readonly RateExplanation[] }> & Decided;

/**
 * Why this rate, why none of the others, and what would have had to be otherwise. Changes of one thing are looked for
 * first, then of a price together with the rules that kept the rate out. At most `triesMax` decisions are tried for
 * a rate.
 */
export const explainDecision = (compiled: CompiledRules, facts: RateFacts): DecisionExplanation => {
  const situation = { compiled, facts };
  const evaluation = evaluate(compiled, facts);
  const decided = decide(compiled, facts);
  const names = new Map(compiled.ruleSet.rules.map(({ id, name }) => [id, name]));
  return {
    ...decided,
    says: decisionSentence(decided, names),
    rates: facts.rates.flatMap((rate, position) => {
      const trace = decided.trace.rates[position];
      return trace
        ? [
            {
              ...trace,
              because: becauseOf(trace, decided, names),
              changes: trace.standing === 'selected' ? [] : changesFor(situation, evaluation, rate),
            },
          ]
        : [];
    }),
  };
};

const triesMax = 400;

const changesFor = (situation: Situation, evaluation: Evaluation, rate: RateFact): readonly Change[] => {
  const wins = (edits: readonly Edit[]): boolean => {
    const { compiled, facts } = applyEdits(situation, edits);
    return decide(compiled, facts).decision.rate === rate.id;
  };
  const { ruleSet } = situation.compiled;
  const kinds = [
    ...groupsOf([
      ...priceEdits(evaluation, ruleSet, rate),
      ...transitEdits(evaluation, ruleSet, rate),
      ...ruleEdits(evaluation),
      ...shipmentEdits(evaluation, ruleSet),
    ]),
  ];
  const single = kinds.flatMap((edits) =>
    firstOf(
      edits.map((edit) => [edit]),
      wins,
    ),
  );
  return single.length > 0 ? single : firstOf(pairsFor(situation, evaluation, rate), wins);
};

/** In the order in which their kinds come. */
const groupsOf = (edits: readonly Edit[]): Iterable<readonly Edit[]> =>
  Map.groupBy(edits, ({ edit }) => edit).values();

const firstOf = (
  candidates: readonly (readonly Edit[])[],
  wins: (edits: readonly Edit[]) => boolean,
): readonly Change[] => {
  const edits = candidates.slice(0, triesMax).find(wins);
  return edits ? [{ edits, says: changeSentence(edits) }] : [];
};

/** Two rules, then all the rules that keep the rate out, with a price. */
const pairsFor = (
  situation: Situation,
  evaluation: Evaluation,
  rate: RateFact,
): readonly (readonly Edit[])[] => {
  const rules = ruleEdits(evaluation);
  const pairs = rules.flatMap((one, position) => rules.slice(position + 1).map((other) => [one, other]));
  const position = evaluation.scene.facts.rates.indexOf(rate);
  const shaped = evaluation.shaped[position];
  const keepers = new Set([...(shaped?.blockedBy ?? []), ...(shaped?.filteredBy ?? [])]);
  const off = rules.filter((edit) => edit.edit === 'rule_off' && keepers.has(edit.rule));
  if (off.length === 0) return pairs;
  const { compiled, facts } = applyEdits(situation, off);
  const without = evaluate(compiled, facts);
  const prices = priceEdits(without, compiled.ruleSet, rate).map((price) => [...off, price]);
  const days = transitEdits(without, compiled.ruleSet, rate).map((edit) => [...off, edit]);
  return [off, ...pairs, ...prices, ...days];
};
