import type { Json, JsonObject, RateDecision, RateNotified, RateOutcome, Stored } from '@karrio/domain';

/** ISO 8601 in UTC with milliseconds, as the events have it. */
type Time = string;

/** A deleted rule keeps its row: the decisions that it made still name it. */
export type ShippingRuleRow = {
  id: string;
  org_id: string;
  slug: string;
  template_slug: string | null;
  name: string;
  description: string | null;
  priority: number;
  is_active: boolean;
  conditions: JsonObject | null;
  actions: JsonObject | null;
  conditions_extensions: JsonObject | null;
  actions_extensions: JsonObject | null;
  condition: JsonObject | null;
  further_actions: readonly JsonObject[];
  metadata: JsonObject;
  created_at: Time;
  updated_at: Time;
  deleted_at: Time | null;
  revision: number;
};

export type RateDecisionRow = {
  id: string;
  org_id: string;
  /** Of one that was held, what a person has made of it since. */
  outcome: RateOutcome;
  /** Why there is no rate, or why a person has to agree; null where a rate was selected or a person settled it. */
  message: string | null;
  /** The selected one; of a held decision the one that would have been. */
  rate: Json;
  rule_id: string | null;
  rule_set_hash: string;
  facts: Stored;
  decision: RateDecision;
  trace: Stored;
  /** What came of each notification, in their order; null until it did. */
  notified: RateNotified['data']['outcomes'] | null;
  /** What a person chose where a rule held the decision. */
  settled: JsonObject | null;
  run_id: string | null;
  test_mode: boolean;
  actor: string;
  created_at: Time;
  updated_at: Time;
  revision: number;
};
