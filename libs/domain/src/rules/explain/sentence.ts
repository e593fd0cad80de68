import type { Strategy } from '../action.ts';
import type { Decided, NothingReason, RateTrace } from '../trace.ts';
import type { Edit } from './edit.ts';

type Names = ReadonlyMap<string, string>;

const quoted = (names: Names, rule: string): string => `“${names.get(rule) ?? rule}”`;

const strategies: Readonly<Record<Strategy, string>> = {
  cheapest: 'the cheapest',
  fastest: 'the fastest',
  preferred: 'the preferred',
  scored: 'the best by its score',
};

const nothing: Readonly<Record<NothingReason, string>> = {
  no_rates: 'There were no rates to choose from.',
  all_set_aside: 'Rules blocked or filtered every rate. See by which ones at each rate.',
  no_rule_selects: 'No rule that selects applies. A rule without conditions would apply always.',
  nothing_to_select:
    'Rules that select apply, but what they may choose from is not there, blocked or not comparable.',
};

/** What was decided, and by what. */
export const decisionSentence = ({ decision, trace }: Decided, names: Names): string => {
  const { rate, rule, strategy, why, holds } = decision;
  const held = holds.map((hold) => ` A person has to agree: ${hold.reason}`).join('');
  if (why !== null) return `${nothing[why]}${held}`;
  const how = strategy === null ? '' : ` as ${strategies[strategy]} of those it chooses from`;
  const preferred = trace.preferredBy === null ? '' : `, preferred by ${quoted(names, trace.preferredBy)}`;
  return `${rate ?? ''} was selected by ${quoted(names, rule ?? '')}${how}${preferred}.${held}`;
};

/** Why a rate was selected, or why not. */
export const becauseOf = (trace: RateTrace, { decision, trace: whole }: Decided, names: Names): string => {
  const by = (trace.by ?? []).map((rule) => quoted(names, rule)).join(', ');
  const rule = decision.rule === null ? '' : quoted(names, decision.rule);
  switch (trace.standing) {
    case 'selected':
      return decisionSentence({ decision, trace: whole }, names);
    case 'outranked':
      return outrankedBecause(trace, { decision, trace: whole }, names);
    case 'out_of_scope':
      return `${rule} does not choose from it: it does not match its conditions, or is not of the carrier or service it names.`;
    case 'blocked':
      return `Blocked by ${by}.`;
    case 'filtered':
      return `Set aside by the filter of ${by}.`;
    case 'currency':
      return `Its price cannot be compared: no exchange rate to ${whole.currency ?? 'the currency of the others'} was given.`;
    case 'no_price':
      return 'It has no price to compare.';
    case 'left':
      return 'It could have been selected, but no rule did.';
  }
};

const outrankedBecause = (trace: RateTrace, { decision, trace: whole }: Decided, names: Names): string => {
  const winner = whole.rates.find(({ standing }) => standing === 'selected');
  if (!winner) return 'Another one came first.';
  const preferred = whole.preferredBy;
  if (preferred !== null && (trace.rank ?? 0) < (winner.rank ?? 0))
    return `${quoted(names, preferred)} prefers ${winner.rate}.`;
  const figure = figureOf(decision.strategy ?? 'cheapest', whole.currency);
  const [own, other] = [figure(trace), figure(winner)];
  if (own === other) return `${winner.rate} is equal in this (${own}) and comes first among equals.`;
  return `${own}, where ${winner.rate} has ${other}.`;
};

/** What a strategy compares first, in words. */
const figureOf =
  (strategy: Strategy, currency: string | null) =>
  ({ cost, days, score }: RateTrace): string => {
    if (strategy === 'scored') return `a score of ${score ?? ''} (less is better)`;
    if (strategy !== 'fastest') return `a cost of ${cost ?? ''} ${currency ?? ''}`.trim();
    return days === null || days === undefined ? 'unknown transit days' : `${days} transit days`;
  };

/** What would have had to be otherwise, as one clause after “if”. */
export const changeSentence = (edits: readonly Edit[]): string => `If ${edits.map(clauseOf).join(' and ')}.`;

const clauseOf = (edit: Edit): string => {
  switch (edit.edit) {
    case 'total_charge':
      return `it cost ${edit.to} ${edit.currency ?? ''}`.trim() + ` instead of ${edit.from}`;
    case 'transit_days':
      return `it took ${edit.to} days instead of ${edit.from ?? 'an unknown number'}`;
    case 'rule_off':
      return `the rule “${edit.name}” was off`;
    case 'rule_first':
      return `the rule “${edit.name}” came first`;
    case 'weight':
      return `the shipment weighed ${edit.to} ${edit.unit} instead of ${edit.from}`;
    case 'value':
      return `the shipment was worth ${edit.to} instead of ${edit.from}`;
    case 'order_total':
      return `the order came to ${edit.to} instead of ${edit.from}`;
    case 'tag_added':
      return `the shipment had the tag ${edit.tag}`;
    case 'tag_removed':
      return `the shipment had not the tag ${edit.tag}`;
    case 'channel':
      return `the channel was ${edit.to} instead of ${edit.from ?? 'unknown'}`;
    case 'shipping_date':
      return `it was shipped on ${edit.to} instead of ${edit.from}`;
  }
};
