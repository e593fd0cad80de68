import {
  settledAs,
  traceOfApplied,
  type DecisionTrace,
  type Json,
  type RateDecided,
  type RateDecisionSettled,
} from '@karrio/domain';

const outcomes = { RateSelected: 'selected', NoRateSelected: 'none', RateHeld: 'held' } as const;

/** What a person has made of a held decision. */
type Settlement = RateDecisionSettled['data'];

/** A decision as its asker sees it, by the names of the API; one that is only tried has no id. */
export const decisionView = (
  id: string | null,
  event: RateDecided,
  whole: DecisionTrace,
  settlement?: Settlement,
) => {
  const trace = traceOfApplied(whole);
  const { type, data } = event;
  const { decision, ruleSetHash } = data;
  return {
    object_type: 'rate_decision',
    id,
    outcome: outcomes[type],
    selected_rate: 'rate' in data ? data.rate : null,
    reason: type === 'RateHeld' ? 'held' : decision.why,
    message: 'message' in data ? data.message : null,
    settled: null,
    ...(settlement && settledView(settlement)),
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
      rules: trace.rules,
      rules_evaluated: trace.rulesEvaluated,
      rates: trace.rates,
    },
    test_mode: data.testMode,
    created_at: data.at,
  };
};

const settledView = (settlement: Settlement) => {
  const { rateId: rate_id, note = null, by, at } = settlement;
  const { outcome, rate, message } = settledAs(settlement);
  const reason = outcome === 'none' ? 'settled' : null;
  return { outcome, selected_rate: rate, reason, message, settled: { rate_id, note, by, at } };
};

// oxlint-disable-next-line typescript/consistent-type-assertions -- written from a DecisionTrace
export const asTrace = (json: Json): DecisionTrace => json as unknown as DecisionTrace;
