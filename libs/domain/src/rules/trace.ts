import type { Json } from '../json.ts';
import type { Strategy } from './action.ts';

/** Why nothing was selected. */
export const nothingReasons = [
  /** There were no rates to choose from. */
  'no_rates',
  /** Rules blocked or filtered all of them. */
  'all_set_aside',
  /** No rule that selects applies: one without conditions would. */
  'no_rule_selects',
  /** Rules that select apply, but none of what they may choose from is left. */
  'nothing_to_select',
] as const;
export type NothingReason = (typeof nothingReasons)[number];

/** What was decided. Rates are named by their ids. */
export type RateDecision = Readonly<{
  /** Held: a person has to agree to the rate, or to find one. */
  outcome: 'selected' | 'held' | 'none';
  rate: string | null;
  /** Of the rule that selected, with its strategy. */
  rule: string | null;
  strategy: Strategy | null;
  why: NothingReason | null;
  /** What the shipment is to be bought with, besides what it says. */
  options: Readonly<Record<string, Json>>;
  holds: readonly Readonly<{ rule: string; reason: string }>[];
  notifications: readonly Readonly<{
    rule: string;
    workflow: string;
    parameters: Readonly<Record<string, Json>>;
  }>[];
}>;

/** What a rule did. Rates are named by their positions in the facts. */
export type RuleTrace = Readonly<{
  rule: string;
  name: string;
  /** Whether its condition asks about each rate, or about the shipment alone. */
  about: 'shipment' | 'rates';
  /** The rates for which its condition is true. */
  matched: 'all' | 'none' | readonly number[];
  /** Of a rule that selects and matched: what came of it. */
  selection?: 'made' | 'not_needed' | 'nothing_left' | 'nothing_comparable';
  /** Options which a rule before it had decided, or whose fact is not given. */
  overruled?: readonly string[];
  unresolved?: readonly string[];
}>;

export type RateStanding =
  | 'selected'
  /** Was compared, and another one came first. */
  | 'outranked'
  /** Not of those among which the selecting rule chose. */
  | 'out_of_scope'
  | 'blocked'
  | 'filtered'
  /** Its price cannot be compared with the others': no exchange rate was given. */
  | 'currency'
  | 'no_price'
  /** Could have been had, but no rule selects. */
  | 'left';

/** What became of a rate. */
export type RateTrace = Readonly<{
  rate: string;
  standing: RateStanding;
  /** The rules that blocked or filtered it. */
  by?: readonly string[];
  /** What it was compared by: money as digits, with surcharges and discounts. */
  cost?: string;
  days?: number | null;
  /** 0 is best. */
  score?: string;
  /** 1 is first, before any carrier was preferred. */
  rank?: number;
}>;

export type DecisionTrace = Readonly<{
  /** Which currency costs were compared in; null where none was said, or nothing was compared. */
  currency: string | null;
  /** The rule whose preference changed the choice. */
  preferredBy: string | null;
  rules: readonly RuleTrace[];
  /** Where only those that applied are listed: how many there were. */
  rulesEvaluated?: number;
  rates: readonly RateTrace[];
}>;

/** Without the rules that did not apply: most, and all of them are in the rule set that the decision names. */
export const traceOfApplied = (trace: DecisionTrace): DecisionTrace => ({
  ...trace,
  rules: trace.rules.filter(({ matched }) => matched !== 'none'),
  rulesEvaluated: trace.rulesEvaluated ?? trace.rules.length,
});

export type Decided = Readonly<{ decision: RateDecision; trace: DecisionTrace }>;
