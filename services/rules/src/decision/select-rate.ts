import { streams, type CommandPayload, type CommandReply, type EventMetadata } from '@karrio/contracts';
import {
  decide,
  isRateDecided,
  isRateDecisionEvent,
  readRateFacts,
  traceOfApplied,
  type Decided,
  type Event,
  type RateDecided,
  type RateDecisionEvent,
  type RateDecisionSettled,
} from '@karrio/domain';
import {
  loadValue,
  RevisionConflict,
  storeValue,
  type EventStore,
  type Recorded,
} from '@karrio/event-store-client';
import type { Counter } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';
import type { RuleBook } from '../rule-book/rule-book.ts';
import type { SealedRules } from '../rule-book/sealed-rules.ts';
import { decidedEvent } from './decided-event.ts';
import { asTrace, decisionView } from './decision-view.ts';
import { asJson } from './json.ts';
import { rejected, refused } from './reply.ts';

export type DecisionPorts = Readonly<{
  store: EventStore;
  book: RuleBook;
  sealed: SealedRules;
  decisions: Counter;
}>;

/** Decides by the rules as they are now, and answers when the decision is in the log. The same id again decides nothing. */
export const selectRate = async (
  ports: DecisionPorts,
  payload: CommandPayload<'select_rate'>,
  metadata: EventMetadata,
  at: string,
): Promise<CommandReply> => {
  const { store, book, sealed, decisions } = ports;
  const read = readFacts(payload.facts, at);
  if ('refused' in read) return refused(read.refused);
  const { read: facts } = read;
  const live = book.live(metadata.org);
  const decided = decide(live.compiled, facts);
  // Before the decision that names them, and at once with each other.
  const [storedFacts, storedTrace] = await Promise.all([
    storeValue(store, asJson(facts), metadata),
    storeValue(store, asJson(traceOfApplied(decided.trace)), metadata),
    sealed.seal(live, metadata),
  ]);
  const event = decidedEvent(payload.decisionId, decided, facts, {
    ruleSetHash: live.hash,
    facts: storedFacts,
    trace: storedTrace,
    testMode: payload.testMode,
    ...(payload.runId === undefined ? {} : { runId: payload.runId }),
    at,
  });
  const stream = streams.decision(payload.decisionId);
  const events = [event, ...notificationsDue(decided, payload, at)].map((each) => ({
    ...each,
    // Not derived: decided again by other rules, the store would take it for a repetition of the first decision.
    id: randomUUID(),
    metadata,
  }));
  try {
    const { position } = await store.append(stream, events, 'no-stream');
    const { outcome, why } = decided.decision;
    decisions.add(1, { outcome, reason: why ?? '' });
    return answered(payload.decisionId, position, decisionView(payload.decisionId, event, decided.trace));
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    return (
      (await decidedBefore(store, payload.decisionId, metadata.org)) ??
      rejected('already-exists', 'id', 'This id is taken; choose another.')
    );
  }
};

/** Decided in this moment, unless the caller says another: rules ask no clock. */
export const readFacts = (facts: unknown, at: string) =>
  readRateFacts(isObject(facts) ? { evaluated_at: at, ...facts } : facts);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The answer to what was asked before, from the log. */
export const decidedBefore = async (
  store: EventStore,
  id: string,
  org: string,
): Promise<CommandReply | undefined> => {
  const found = await readDecision(store, id, org);
  if (!found) return undefined;
  return answered(id, found.at(-1)?.position ?? found[0].position, await viewOf(store, id, found));
};

/** As the log has it, with what a person has settled since. */
export const viewOf = async (store: EventStore, id: string, decision: Decision) => {
  const [first] = decision;
  const trace = asTrace(await loadValue(store, first.data.trace));
  return decisionView(id, first, trace, decision.find(isSettled)?.data);
};

export const isSettled = <T extends Event>(event: T): event is T & RateDecisionSettled =>
  isRateDecisionEvent(event) && event.type === 'RateDecisionSettled';

type Decision = readonly [Recorded<RateDecided>, ...Recorded[]];

/** A decision's events, if it is one of this organisation. */
export const readDecision = async (
  store: EventStore,
  id: string,
  org: string,
): Promise<Decision | undefined> => {
  const [first, ...rest] = await store.read(streams.decision(id));
  return first && isRateDecided(first) && first.metadata.org === org ? [first, ...rest] : undefined;
};

const answered = (id: string, position: bigint, view: ReturnType<typeof decisionView>): CommandReply => ({
  accepted: { id, position: String(position), result: asJson(view) },
});

const notificationsDue = (
  { decision: { notifications } }: Decided,
  { testMode, depth = 0 }: CommandPayload<'select_rate'>,
  at: string,
): readonly RateDecisionEvent[] =>
  notifications.length === 0
    ? []
    : [{ type: 'RateNotificationsDue', data: { notifications, testMode, depth, at } }];
