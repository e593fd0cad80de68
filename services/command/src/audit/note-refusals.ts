import { derivedUuid, streams, type CommandPayload, type CommandReply } from '@karrio/contracts';
import type { RequestsRefused } from '@karrio/domain';
import { RevisionConflict, type EventStore, type NewEvent } from '@karrio/event-store-client';
import type { Envelope } from '../envelope.ts';
import { accepted } from '../reply.ts';

/** Puts what a gateway refused in the log, once however often it is told. */
export const noteRefusals = async (
  store: Pick<EventStore, 'append' | 'readLast'>,
  { refusals }: CommandPayload<'note_refusals'>,
  { commandId, metadata }: Envelope,
): Promise<CommandReply> => {
  const stream = streams.refusal(commandId);
  const events = refusals.map(({ actor, origin, ...data }, index): NewEvent => {
    const event: RequestsRefused = { type: 'RequestsRefused', data };
    return { ...event, id: derivedUuid(stream, String(index)), metadata: { ...metadata, actor, origin } };
  });
  try {
    const { position } = await store.append(stream, events, 'no-stream');
    return accepted(commandId, position);
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    return accepted(commandId, (await store.readLast(stream))?.position ?? 0n);
  }
};
