import { compileCondition } from '../compile-condition.ts';
import type { Condition, FieldTest, Truth } from '../condition.ts';
import type { RateFacts } from '../facts.ts';
import { asksOf } from '../match.ts';
import type { Asks } from '../compile.ts';
import type { NormalRule } from '../rule.ts';
import { sceneOf } from '../view.ts';

export type Answer = 'true' | 'false' | 'unknown';

/** What came of a condition and of its parts, in the shape of the condition. */
export type ConditionTrace = Readonly<{
  /** Its form: all, any, not, rates, parcels, items or field. */
  form: string;
  /** Of a comparison. */
  test?: FieldTest;
  /** One answer for the shipment, or one for each rate. */
  answer: Answer | readonly Answer[];
  parts: readonly ConditionTrace[];
}>;

export type RuleConditionTrace = Readonly<{ rule: string; name: string; condition: ConditionTrace }>;

/** Every condition of every rule, whether or not anything was selected. Recorded nowhere: facts and rules give it anew. */
export const traceConditions = (
  rules: readonly NormalRule[],
  facts: RateFacts,
): readonly RuleConditionTrace[] => {
  const asks = asksOf(sceneOf(facts));
  return rules.map(({ id, name, condition }) => ({ rule: id, name, condition: traceOf(condition, asks) }));
};

const traceOf = (condition: Condition, asks: Asks): ConditionTrace => {
  const { isAboutRates, ask } = compileCondition(condition);
  const answer = isAboutRates ? asks.rates.map((of) => answerOf(ask(of))) : answerOf(ask(asks.shipment));
  const [form = ''] = Object.keys(condition);
  return {
    form,
    ...('field' in condition ? { test: condition } : {}),
    answer,
    parts: partsOf(condition).map((part) => traceOf(part, asks)),
  };
};

/** What is asked of each parcel or item by itself has no one answer of its own. */
const partsOf = (condition: Condition): readonly Condition[] => {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  if ('not' in condition) return [condition.not];
  return 'rates' in condition ? [condition.where] : [];
};

const answerOf = (truth: Truth): Answer => {
  if (truth === undefined) return 'unknown';
  return truth ? 'true' : 'false';
};
