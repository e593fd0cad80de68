import type { Condition, FieldTest } from '../condition.ts';
import type { NormalRule, RuleSet } from '../rule.ts';

/** Every comparison of a rule set, those of filters too. */
export const leavesOf = ({ rules }: RuleSet): readonly FieldTest[] => rules.flatMap(leavesOfRule);

const leavesOfRule = ({ condition, actions }: NormalRule): readonly FieldTest[] => [
  ...leaves(condition),
  ...actions.flatMap((action) => (action.type === 'filter' ? leaves(action.where) : [])),
];

const leaves = (condition: Condition): readonly FieldTest[] => {
  if ('field' in condition) return [condition];
  if ('all' in condition) return condition.all.flatMap(leaves);
  if ('any' in condition) return condition.any.flatMap(leaves);
  return leaves('not' in condition ? condition.not : condition.where);
};
