import { addRateDecisionMutations } from './rate-decision-mutation.ts';
import { addRateDecisionQueries } from './rate-decision-query.ts';
import { addRateDecision } from './rate-decision-type.ts';
import { addRateExplanationQueries } from './rate-explanation-query.ts';
import { addRuleBacktest } from './rule-backtest.ts';
import { addRuleHistoryQueries } from './rule-history-query.ts';
import { addRuleTrialQueries } from './rule-trial-query.ts';
import { addShippingRuleMutations } from './shipping-rule-mutation.ts';
import { addShippingRuleQueries } from './shipping-rule-query.ts';
import { addShippingRuleTemplates } from './shipping-rule-template.ts';
import { addShippingRule } from './shipping-rule-type.ts';

/** Shipping rules, and what is decided by them. */
export const addRates = (): void => {
  addShippingRule();
  addShippingRuleQueries();
  addShippingRuleTemplates();
  addRateDecision();
  addRateDecisionQueries();
  addRuleHistoryQueries();
  addRuleTrialQueries();
  addRateExplanationQueries();
};

export const addRateMutations = (): void => {
  addShippingRuleMutations();
  addRateDecisionMutations();
  addRuleBacktest();
};
