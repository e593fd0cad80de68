import type { Json } from '../../json.ts';
import type { RuleAction } from '../action.ts';
import { compileRuleSet } from '../compile.ts';
import type { FieldTest } from '../condition.ts';
import { decide } from '../decide.ts';
import { decimal, digits, isDecimal } from '../decimal.ts';
import { readRateFacts, type RateFacts } from '../facts.ts';
import { isList } from '../kind.ts';
import type { NormalRule, RuleSet } from '../rule.ts';
import type { Decided } from '../trace.ts';
import { conflictOf } from './conflict.ts';
import { emptyDraft, writers, type Draft } from './draft.ts';
import type { Literal } from './literal.ts';

/** A shipment and rates of which something is true. */
export type Example = RateFacts;

const waysTried = 8;

/**
 * Facts to which a rule applies and that are as wanted. They are made up from the rule's own thresholds and then
 * tried, so that an example that is given is one; undefined facts of rarer kinds give none.
 */
export const exampleOf = (
  ruleSet: RuleSet,
  rule: NormalRule,
  ways: readonly (readonly Literal[])[] | undefined,
  isWanted: (decided: Decided) => boolean,
): Example | null => {
  const compiled = compileRuleSet(ruleSet);
  const possible = (ways ?? []).filter((way) => conflictOf(way) === undefined).slice(0, waysTried);
  for (const way of possible) {
    const facts = factsOf(way, rule);
    if (!facts) continue;
    const decided = decide(compiled, facts);
    const applied = decided.trace.rules.some((one) => one.rule === rule.id && one.matched !== 'none');
    if (applied && isWanted(decided)) return facts;
  }
  return null;
};

const factsOf = (way: readonly Literal[], { actions }: NormalRule): RateFacts | undefined => {
  const draft = emptyDraft();
  actions.forEach((action) => offer(draft, action));
  for (const literal of way) if (!write(draft, literal)) return undefined;
  const { shipper, recipient, parcel, rate } = draft;
  const shipment = { ...draft.shipment, shipper, recipient, parcels: [parcel] };
  const read = readRateFacts({ evaluated_at: '2026-01-05T12:00:00Z', shipment, rates: [rate] });
  return 'read' in read ? read.read : undefined;
};

/** A rate of the kind that the rule selects. */
const offer = ({ rate }: Draft, action: RuleAction): void => {
  const [choice] = action.type === 'select_service' ? action.choices : [];
  if (choice?.carrier) rate['carrier_name'] = choice.carrier;
  if (choice?.connection) rate['carrier_id'] = choice.connection;
  if (choice?.service) rate['service'] = choice.service;
};

/** Gives the fact a value that the literal likes; false where this cannot be done. */
const write = (draft: Draft, { test, isPositive }: Literal): boolean => {
  if (!test) return false;
  const writer = writers[test.field];
  const value = valueFor(test, isPositive);
  // A fact that is to be absent, or different from something, is so in most drafts: trying says whether.
  if (value === undefined) return true;
  if (!writer) return false;
  writer(draft, value, test);
  return true;
};

/** A value for which a positive comparison is true; undefined where whatever is there will do. */
const valueFor = ({ operator, value }: FieldTest, isPositive: boolean): Json | undefined => {
  const [first, second] = isList(value) ? value : [];
  if (!isPositive) return beside(operator, value);
  switch (operator) {
    case 'exists':
      return 1;
    case 'in':
      return first;
    case 'between':
      return second ?? first;
    case 'gt':
    case 'lt':
      return isDecimal(value) ? digits(decimal(value).plus(operator === 'gt' ? 1 : '-0.01')) : undefined;
    default:
      return value;
  }
};

/** Of a negated comparison of order, what is on the other side. */
const beside = (operator: string, value: Json | undefined): Json | undefined => {
  if (!isDecimal(value)) return undefined;
  if (operator === 'gt' || operator === 'lt') return value;
  if (operator === 'gte') return digits(decimal(value).minus('0.01'));
  return operator === 'lte' ? digits(decimal(value).plus(1)) : undefined;
};
