import type { DecisionTrace, Json, RateDecided } from '@karrio/domain';

const outcomes = { RateSelected: 'selected', NoRateSelected: 'none', RateHeld: 'held' } as const;

/** A decision as its asker sees it, by the names of the API. */
export const decisionView = (id: string, event: RateDecided, trace: DecisionTrace) => {
  const { type, data } = event;
  const { decision, ruleSetHash } = data;
  return {
    object_type: 'rate_decision',
    id,
    outcome: outcomes[type],
    selected_rate: 'rate' in data ? data.rate : null,
    reason: type === 'RateHeld' ? 'held' : decision.why,
    message: 'message' in data ? data.message : null,
    options: decision.options,
    rule_activity: {
      rule_set: ruleSetHash,
      rule: decision.rule,
      strategy: decision.strategy,
      holds: decision.holds,
      notifications: decision.notifications,
      currency: trace.currency,
      preferred_by: trace.preferredBy,
      /** Of those that applied. */
      rules: trace.rules.filter(({ matched }) => matched !== 'none' && matched.length > 0),
      rules_evaluated: trace.rules.length,
      rates: trace.rates,
    },
    test_mode: data.testMode,
    created_at: data.at,
  };
};

// oxlint-disable-next-line typescript/consistent-type-assertions -- written from a DecisionTrace
export const asTrace = (json: Json): DecisionTrace => json as unknown as DecisionTrace;
