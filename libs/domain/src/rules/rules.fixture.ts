import { compileRuleSet } from './compile.ts';
import { decide } from './decide.ts';
import type { RateFact, RateFacts } from './facts.ts';
import { ruleSetOf } from './rule-set.ts';
import type { LiveRule, RuleDefinition, RuleSet } from './rule.ts';
import type { Decided } from './trace.ts';

export const aRuleDefinition = (override: Partial<RuleDefinition> = {}): RuleDefinition => ({
  name: 'Rule',
  description: null,
  priority: 0,
  conditions: null,
  actions: null,
  conditionsExtensions: null,
  actionsExtensions: null,
  condition: null,
  furtherActions: [],
  metadata: {},
  templateSlug: null,
  ...override,
});

export type GivenRule = Partial<RuleDefinition> & Partial<Pick<LiveRule, 'id' | 'createdAt' | 'isActive'>>;

/** Rules by their definitions, the first created first. @throws for a rule that cannot be read */
export const aRuleSet = (...rules: readonly GivenRule[]): RuleSet => {
  const { ruleSet, refused } = ruleSetOf(
    rules.map(({ id, createdAt, isActive, ...definition }, position) => ({
      id: id ?? `rule-${position + 1}`,
      createdAt: createdAt ?? new Date(position * 1_000).toISOString(),
      isActive: isActive ?? true,
      definition: aRuleDefinition(definition),
    })),
  );
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  return ruleSet;
};

export const aRate = (override: Partial<RateFact> = {}): RateFact => ({
  id: 'rat_1',
  carrier_name: 'ups',
  carrier_id: 'ups-main',
  service: 'ups_ground',
  currency: 'USD',
  total_charge: 10,
  transit_days: 3,
  extra_charges: [],
  meta: { carrier_connection_id: 'car_1' },
  ...override,
});

export const someFacts = (override: Partial<RateFacts> = {}): RateFacts => ({
  evaluated_at: '2026-11-27T12:00:00Z',
  shipment: {},
  rates: [aRate()],
  ...override,
});

export const decided = (ruleSet: RuleSet, facts: RateFacts): Decided =>
  decide(compileRuleSet(ruleSet), facts);
