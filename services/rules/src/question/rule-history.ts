import { streams } from '@karrio/contracts';
import { isRuleEvent, shippingRule, type RuleEvent } from '@karrio/domain';
import type { EventStore, Recorded } from '@karrio/event-store-client';
import { liveRulesOf, type LiveEntry, type RuleBook } from '../rule-book/rule-book.ts';

const readsAtOnce = 16;

/** Up to where the log counts; undefined: all of it. */
export type AsOf = Readonly<{ position?: bigint | undefined; at?: string | undefined }>;

const isBy = ({ position, at }: AsOf) => {
  const untilMs = at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at);
  return (event: Recorded) =>
    (position === undefined || event.position <= position) && Date.parse(event.recordedAt) <= untilMs;
};

/** An organisation's rules as they were, read from the log. */
export const rulesAsOf = async (store: EventStore, book: RuleBook, org: string, asOf: AsOf) => {
  const ids = book.ids(org);
  const entries: LiveEntry[] = [];
  for (let start = 0; start < ids.length; start += readsAtOnce) {
    const some = ids.slice(start, start + readsAtOnce);
    const states = await Promise.all(some.map((id) => ruleAsOf(store, id, asOf)));
    entries.push(...states.flatMap((state) => (state.status === 'live' ? [state] : [])));
  }
  const { hash, ruleSet } = liveRulesOf(entries);
  const place = new Map(ruleSet.rules.map(({ id }, index) => [id, index]));
  const placeOf = ({ id }: LiveEntry) => place.get(id) ?? Number.MAX_SAFE_INTEGER;
  return { hash, rules: entries.toSorted((a, b) => placeOf(a) - placeOf(b)) };
};

const ruleAsOf = async (store: EventStore, id: string, asOf: AsOf) => {
  const events = (await store.read(streams.rule(id))).filter(isRuleEvent).filter(isBy(asOf));
  return events.reduce(shippingRule.evolve, shippingRule.initial);
};

/** Each version of a rule, the newest first; undefined where the organisation has no such rule. */
export const versionsOf = async (store: EventStore, org: string, id: string) => {
  const events = (await store.read(streams.rule(id))).filter(isRuleEvent);
  if (events[0]?.metadata.org !== org) return undefined;
  let state = shippingRule.initial;
  const versions = events.map((event) => {
    state = shippingRule.evolve(state, event);
    return { ...aboutOf(event), ...(state.status === 'live' ? { rule: state } : {}) };
  });
  return versions.toReversed();
};

const aboutOf = ({ type, revision, position, recordedAt, metadata }: Recorded<RuleEvent>) => ({
  version: revision + 1,
  position: String(position),
  at: recordedAt,
  actor: metadata.actor,
  change: type,
});
