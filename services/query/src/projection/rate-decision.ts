import { settledAs, type RateDecided, type RateDecisionEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { RateDecisionRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const rateDecisionChange = (
  id: string,
  event: Recorded<RateDecisionEvent>,
): RowChange<RateDecisionRow> | undefined => {
  const { type, data, revision } = event;
  const said = { id, updated_at: data.at, revision };
  switch (type) {
    case 'RateNotificationsDue':
      return { changed: said };
    case 'RateNotified':
      return { changed: { ...said, notified: data.outcomes } };
    case 'RateDecisionSettled': {
      const { rateId, rate, note, by, at } = data;
      const settled = { rate_id: rateId, rate, note: note ?? null, by, at };
      return { changed: { ...said, ...settledAs(data), settled } };
    }
    default:
      return { created: decided(id, event) };
  }
};

const decided = (id: string, { data, revision, metadata }: Recorded<RateDecided>): RateDecisionRow => ({
  id,
  org_id: metadata.org,
  outcome: data.decision.outcome,
  message: 'message' in data ? data.message : null,
  rate: 'rate' in data ? data.rate : null,
  rule_id: data.decision.rule,
  rule_set_hash: data.ruleSetHash,
  facts: data.facts,
  decision: data.decision,
  trace: data.trace,
  notified: null,
  settled: null,
  run_id: data.runId ?? null,
  test_mode: data.testMode,
  actor: metadata.actor,
  created_at: data.at,
  updated_at: data.at,
  revision,
});
