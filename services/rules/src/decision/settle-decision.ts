import {
  derivedUuid,
  streams,
  type CommandPayload,
  type CommandReply,
  type EventMetadata,
} from '@karrio/contracts';
import { RateFacts, type RateDecided, type RateDecisionSettled } from '@karrio/domain';
import { loadValue, type EventStore } from '@karrio/event-store-client';
import { rateOf } from './decided-event.ts';
import { noDecision, rejected } from './reply.ts';
import { isSettled, readDecision } from './select-rate.ts';

/** A person's choice for what a rule held; once. @throws RevisionConflict where somebody else was quicker */
export const settleDecision = async (
  store: EventStore,
  { id, rateId, note }: CommandPayload<'settle_rate_decision'>,
  metadata: EventMetadata,
  at: string,
): Promise<CommandReply> => {
  const found = await readDecision(store, id, metadata.org);
  if (!found) return noDecision(id);
  const settledBefore = found.find(isSettled);
  if (settledBefore?.metadata.$causationId === metadata.$causationId) {
    return { accepted: { id, position: String(settledBefore.position) } };
  }
  const [first] = found;
  if (first.type !== 'RateHeld')
    return rejected('invalid', 'id', 'No rule held this decision: there is nothing to settle.');
  if (settledBefore) return settledAlready(settledBefore);
  const choice = await chosen(store, first.data, rateId);
  if ('rejected' in choice) return choice;
  const event: RateDecisionSettled = {
    type: 'RateDecisionSettled',
    data: { ...choice, ...(note === undefined ? {} : { note }), by: metadata.actor, at },
  };
  const stream = streams.decision(id);
  const eventId = derivedUuid(stream, metadata.$causationId);
  const last = found.at(-1)?.revision ?? first.revision;
  const { position } = await store.append(stream, [{ ...event, id: eventId, metadata }], last);
  return { accepted: { id, position: String(position) } };
};

const settledAlready = ({ data: { rateId, by } }: RateDecisionSettled) =>
  rejected('invalid', 'id', `${by} settled it already, with ${rateId ?? 'no rate'}.`);

type Choice = Pick<RateDecisionSettled['data'], 'rateId' | 'rate'>;

/** Undefined takes what is proposed, null no rate. */
const chosen = async (
  store: EventStore,
  { facts, decision: { rate: proposed } }: Pick<RateDecided['data'], 'facts' | 'decision'>,
  rateId: string | null | undefined,
): Promise<Choice | ReturnType<typeof rejected>> => {
  if (rateId === null) return { rateId, rate: null };
  const { rates } = RateFacts.parse(await loadValue(store, facts));
  const ids = rates.map(({ id }) => id).slice(0, 10);
  const id = rateId ?? proposed;
  if (id === null) {
    const message = `No rate is proposed: choose one of ${ids.join(', ')}, or say that none shall be taken.`;
    return rejected('invalid', 'rate_id', message);
  }
  const rate = rateOf(rates, id);
  if (rate !== null) return { rateId: id, rate };
  const remedy = `choose one of ${ids.join(', ')}, or say that none shall be taken`;
  return rejected('invalid', 'rate_id', `The decision has no such rate; ${remedy}.`);
};
