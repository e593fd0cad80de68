import type { Refusal } from '../definition/refusal.ts';
import { canonicalJson } from '../json.ts';
import { compareText } from './compare-text.ts';
import { normaliseRule } from './normalise.ts';
import type { LiveRule, RuleSet } from './rule.ts';

/**
 * The active rules in their order: the higher priority first, then the older rule, then the smaller id.
 * A rule that this build cannot read takes no part, and is named.
 */
export const ruleSetOf = (
  rules: readonly LiveRule[],
): Readonly<{
  ruleSet: RuleSet;
  refused: readonly Readonly<{ id: string; refusals: readonly Refusal[] }>[];
}> => {
  const ordered = rules.filter(({ isActive }) => isActive).toSorted(byOrder);
  const read = ordered.map(({ id, definition }) => ({ id, read: normaliseRule(id, definition) }));
  return {
    ruleSet: { rules: read.flatMap(({ read: one }) => ('read' in one ? [one.read] : [])) },
    refused: read.flatMap(({ id, read: one }) => ('refused' in one ? [{ id, refusals: one.refused }] : [])),
  };
};

const byOrder = (a: LiveRule, b: LiveRule): number =>
  b.definition.priority - a.definition.priority ||
  compareText(a.createdAt, b.createdAt) ||
  compareText(a.id, b.id);

/** What a rule set's hash is of: equal for rule sets that decide alike, whatever the order of keys. */
export const ruleSetText = (ruleSet: RuleSet): string => canonicalJson(ruleSet);
