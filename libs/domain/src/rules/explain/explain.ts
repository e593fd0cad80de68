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
 * Why this rate, why none of the others, and what would have had to be otherwise: for all rates, or for those with
 * the ids given. Changes of one thing are looked for first, then of a price together with the rules that kept the
 * rate out. At most `triesMax` decisions are tried in all, fewer with many rules and rates.
 */
export const explainDecision = (
  compiled: CompiledRules,
  facts: RateFacts,
  only?: readonly string[],
): DecisionExplanation => {
  const evaluation = evaluate(compiled, facts);
  const decided = decide(compiled, facts);
  const names = new Map(compiled.ruleSet.rules.map(({ id, name }) => [id, name]));
  const traces = decided.trace.rates.filter(({ rate }) => only === undefined || only.includes(rate));
  const search = {
    situation: { compiled, facts },
    evaluation,
    tries: triesFor(compiled, facts, traces.length),
  };
  const changesOf = ({ rate, standing }: RateTrace): readonly Change[] => {
    const fact = standing === 'selected' ? undefined : facts.rates.find(({ id }) => id === rate);
    return fact ? changesFor(search, fact) : [];
  };
  return {
    ...decided,
    says: decisionSentence(decided, names),
    rates: traces.map((trace) => ({
      ...trace,
      because: becauseOf(trace, decided, names),
      changes: changesOf(trace),
    })),
  };
};

const triesMax = 3_000;
/** In questions of one rule about one rate, of which a core answers some ten millions a second. */
const workMax = 15_000_000;

const triesFor = ({ ruleSet }: CompiledRules, { rates }: RateFacts, explained: number): number => {
  const questions = Math.max(1, ruleSet.rules.length * rates.length * explained);
  return Math.floor(Math.min(triesMax / Math.max(1, explained), workMax / questions));
};

/** What is explained, and how many decisions may be tried for one rate. */
type Search = Readonly<{ situation: Situation; evaluation: Evaluation; tries: number }>;

const changesFor = (search: Search, rate: RateFact): readonly Change[] => {
  const { situation, evaluation } = search;
  const { ruleSet } = situation.compiled;
  const kinds = [
    ...groupsOf([
      ...priceEdits(evaluation, ruleSet, rate),
      ...transitEdits(evaluation, ruleSet, rate),
      ...ruleEdits(evaluation),
      ...shipmentEdits(evaluation, ruleSet),
    ]),
  ].map((edits) => edits.map((edit): readonly Edit[] => [edit]));
  const single = firstOfEach(search, rate, kinds);
  if (single.length > 0) return single;
  const pairs = pairsFor(situation, evaluation, rate);
  return firstOfEach({ ...search, tries: Math.ceil(search.tries / 2) }, rate, [pairs]);
};

/** In the order in which their kinds come. */
const groupsOf = (edits: readonly Edit[]): Iterable<readonly Edit[]> =>
  Map.groupBy(edits, ({ edit }) => edit).values();

type Candidates = readonly (readonly Edit[])[];

/** Of each kind the first that selects the rate. Kinds with few candidates are tried first, so that each has its turn. */
const firstOfEach = (
  { situation, evaluation, tries }: Search,
  rate: RateFact,
  kinds: readonly Candidates[],
) => {
  const possible = withoutRuledOut(situation.compiled, evaluation);
  const wins = (edits: readonly Edit[]): boolean => {
    const base = edits.every(isAboutRate) ? { ...situation, compiled: possible } : situation;
    const { compiled, facts } = applyEdits(base, edits);
    return evaluate(compiled, facts).selection?.winner.view.rate.id === rate.id;
  };
  let left = tries;
  const found = new Map<Candidates, Change>();
  for (const candidates of kinds.toSorted((a, b) => a.length - b.length)) {
    const tried = candidates.slice(0, left);
    const position = tried.findIndex(wins);
    left -= position < 0 ? tried.length : position + 1;
    const edits = tried[position];
    if (edits) found.set(candidates, { edits, says: changeSentence(edits) });
  }
  return kinds.flatMap((candidates) => found.get(candidates) ?? []);
};

const isAboutRate = ({ edit }: Edit): boolean => edit === 'total_charge' || edit === 'transit_days';

/** Rules that cannot apply whatever a rate costs or takes need not be asked each time. */
const withoutRuledOut = ({ ruleSet, rules }: CompiledRules, { scene }: Evaluation): CompiledRules => ({
  ruleSet,
  rules: rules.filter((rule) => !rule.isRuledOut({ scene })),
});

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
