import {
  derivedUuid,
  streams,
  type CommandPayload,
  type CommandReply,
  type EventMetadata,
} from '@karrio/contracts';
import {
  isRateDecisionEvent,
  type Event,
  RateFacts,
  type RateDecisionSettled,
  type Stored,
} from '@karrio/domain';
import { loadValue, type EventStore } from '@karrio/event-store-client';
import { rateOf } from './decided-event.ts';
import { rejected } from './reply.ts';
import { readDecision } from './select-rate.ts';

/** A person's choice for what a rule held; once. @throws RevisionConflict where somebody else was quicker */
export const settleDecision = async (
  store: EventStore,
  { id, rateId, note }: CommandPayload<'settle_rate_decision'>,
  metadata: EventMetadata,
  at: string,
): Promise<CommandReply> => {
  const found = await readDecision(store, id, metadata.org);
  if (!found)
    return rejected('not-found', 'id', `No decision has the id ${id}; the rate_decisions query lists them.`);
  const settledBefore = found.find(isSettled);
  if (settledBefore?.metadata.$causationId === metadata.$causationId) {
    return { accepted: { id, position: String(settledBefore.position) } };
  }
  const [first] = found;
  if (first.type !== 'RateHeld')
    return rejected('invalid', 'id', 'No rule held this decision: there is nothing to settle.');
  if (settledBefore) return settledAlready(settledBefore);
  const rate = await chosenRate(store, first.data.facts, rateId);
  if ('rejected' in rate) return rate;
  const event: RateDecisionSettled = {
    type: 'RateDecisionSettled',
    data: { rateId, rate: rate.chosen, ...(note === undefined ? {} : { note }), by: metadata.actor, at },
  };
  const stream = streams.decision(id);
  const eventId = derivedUuid(stream, metadata.$causationId);
  const last = found.at(-1)?.revision ?? first.revision;
  const { position } = await store.append(stream, [{ ...event, id: eventId, metadata }], last);
  return { accepted: { id, position: String(position) } };
};

const settledAlready = ({ data: { rateId, by } }: RateDecisionSettled) =>
  rejected('invalid', 'id', `${by} settled it already, with ${rateId ?? 'no rate'}.`);

const chosenRate = async (store: EventStore, facts: Stored, rateId: string | null) => {
  const { rates } = RateFacts.parse(await loadValue(store, facts));
  const chosen = rateOf(rates, rateId);
  if (rateId === null || chosen !== null) return { chosen };
  const ids = rates.map(({ id }) => id).slice(0, 10);
  const remedy = `choose one of ${ids.join(', ')}, or null for none`;
  return rejected('invalid', 'rate_id', `The decision has no such rate; ${remedy}.`);
};

const isSettled = <T extends Event>(event: T): event is T & RateDecisionSettled =>
  isRateDecisionEvent(event) && event.type === 'RateDecisionSettled';
