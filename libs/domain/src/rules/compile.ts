import type { RuleAction } from './action.ts';
import { compileCondition, type CompiledCondition } from './compile-condition.ts';
import type { Condition } from './condition.ts';
import type { Ask } from './field.ts';
import { adjustmentOf, type Adjustment } from './price.ts';
import type { NormalRule, RuleSet } from './rule.ts';

/** Whom a rule is asked about: the shipment, and then each rate. */
export type Asks = Readonly<{ shipment: Ask; rates: readonly Ask[] }>;

export type CompiledRule = Readonly<{
  rule: NormalRule;
  isAboutRates: boolean;
  /** Whether no change of the rates alone could make it apply: what it asks of the shipment does not hold. */
  isRuledOut: (shipment: Ask) => boolean;
  /** The positions of the rates for which its condition is true; true for all of them, false for none. */
  match: (asks: Asks) => boolean | readonly number[];
  actions: readonly CompiledAction[];
}>;

export type CompiledAction = Readonly<{
  action: RuleAction;
  /** Of a filter. */
  where?: CompiledCondition;
  /** Of a surcharge or discount. */
  adjustment?: Adjustment;
}>;

export type CompiledRules = Readonly<{ ruleSet: RuleSet; rules: readonly CompiledRule[] }>;

/** Once per rule set; what comes of it may be kept and asked as often as wanted. */
export const compileRuleSet = (ruleSet: RuleSet): CompiledRules => ({
  ruleSet,
  rules: ruleSet.rules.map(compileRule),
});

const compileRule = (rule: NormalRule): CompiledRule => {
  const parts = conjuncts(rule.condition).map(compileCondition);
  const ofShipment = parts.filter(({ isAboutRates }) => !isAboutRates).map(({ ask }) => ask);
  const ofRates = parts.filter(({ isAboutRates }) => isAboutRates).map(({ ask }) => ask);
  const asksOfAllRates = JSON.stringify(rule.condition).includes('"rates":');
  return {
    rule,
    isAboutRates: ofRates.length > 0,
    isRuledOut: (shipment) => !asksOfAllRates && !allHold(ofShipment, shipment),
    match: (asks) => {
      if (!allHold(ofShipment, asks.shipment)) return false;
      if (ofRates.length === 0) return true;
      const matched: number[] = [];
      asks.rates.forEach((of, position) => {
        if (allHold(ofRates, of)) matched.push(position);
      });
      return matched;
    },
    actions: rule.actions.map(compileAction),
  };
};

/** A loop, not `every`: it is asked of each rate by each rule. */
const allHold = (asks: readonly CompiledCondition['ask'][], of: Ask): boolean => {
  for (const ask of asks) if (ask(of) !== true) return false;
  return true;
};

/** What has to hold together, so that what is about the shipment is asked once, not for each rate. */
const conjuncts = (condition: Condition): readonly Condition[] =>
  'all' in condition ? condition.all.flatMap(conjuncts) : [condition];

const compileAction = (action: RuleAction): CompiledAction => {
  switch (action.type) {
    case 'filter':
      return { action, where: compileCondition(action.where) };
    case 'surcharge':
    case 'discount':
      return { action, adjustment: adjustmentOf(action) };
    default:
      return { action };
  }
};
