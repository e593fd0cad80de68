import { eventGuard, type Event } from '../event.ts';
import type { Json } from '../json.ts';
import type { RateDecision } from '../rules/trace.ts';
import type { Stored } from '../run/facts.ts';

/** The rules of a decision, appended once under the hash of their content. */
export type RuleSetSealed = Event<'RuleSetSealed', { hash: string; ruleSet: Stored }>;
export const isRuleSetSealed = eventGuard<RuleSetSealed>({ RuleSetSealed: true });

/**
 * All that a decision was made of, so that it can be explained, repeated and tried with other rules for ever.
 * `facts` are the shipment and its rates as they were given, `trace` is what became of each rate and each rule that
 * applied; older ones list all rules.
 */
type Basis = Readonly<{
  ruleSetHash: string;
  facts: Stored;
  decision: RateDecision;
  trace: Stored;
  testMode: boolean;
  /** The run that asked, where one did. */
  runId?: string;
  at: string;
}>;

/** `rate` is the selected one as it was given. */
export type RateSelected = Event<'RateSelected', Basis & { rate: Json }>;
/** `message` says why, and what to do about it. */
export type NoRateSelected = Event<'NoRateSelected', Basis & { message: string }>;
/** A rule wants a person to agree; `rate` is the proposal, null where there is none. */
export type RateHeld = Event<'RateHeld', Basis & { rate: Json; message: string }>;
/** A person chose one of the rates, or none. */
export type RateDecisionSettled = Event<
  'RateDecisionSettled',
  { rateId: string | null; rate: Json; note?: string; by: string; at: string }
>;
/** What a held decision has come to, once a person settled it. */
export const settledAs = ({ rateId, rate, note, by }: RateDecisionSettled['data']) =>
  rateId === null
    ? {
        outcome: 'none' as const,
        rate: null,
        message: `${by} settled it with no rate${note === undefined ? '.' : `: ${note}`}`,
      }
    : { outcome: 'selected' as const, rate, message: null };

/** Workflows to be started because of a decision; written with it. */
export type RateNotificationsDue = Event<
  'RateNotificationsDue',
  {
    notifications: RateDecision['notifications'];
    testMode: boolean;
    /** How many runs led to the decision. */
    depth: number;
    at: string;
  }
>;
/** What came of each, in their order. */
export type RateNotified = Event<
  'RateNotified',
  { outcomes: readonly (Readonly<{ runId: string }> | Readonly<{ refused: string }>)[]; at: string }
>;
export type RateDecided = RateSelected | NoRateSelected | RateHeld;
export type RateDecisionEvent = RateDecided | RateDecisionSettled | RateNotificationsDue | RateNotified;

export const isRateDecided = eventGuard<RateDecided>({
  RateSelected: true,
  NoRateSelected: true,
  RateHeld: true,
});

export const isRateDecisionEvent = eventGuard<RateDecisionEvent>({
  RateSelected: true,
  NoRateSelected: true,
  RateHeld: true,
  RateDecisionSettled: true,
  RateNotificationsDue: true,
  RateNotified: true,
});

export const rateOutcomes = ['selected', 'none', 'held'] as const;
export type RateOutcome = (typeof rateOutcomes)[number];
