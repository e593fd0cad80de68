import { derivedUuid, streams, type Command, type CommandReply } from '@karrio/contracts';
import type { CommandRefused } from '@karrio/domain';
import { RevisionConflict, type EventStore } from '@karrio/event-store-client';
import { envelopeOf } from '../envelope.ts';

type Rejection = Extract<CommandReply, { rejected: unknown }>['rejected'];

const errorsMax = 20;

/**
 * Puts a refused command in the log, once. Its stream is its own, so nobody waits for another one's. Not for what
 * was refused by the thousand because too much came in, and what had no effect because it came too late.
 */
export const recordRefusal = async (
  store: Pick<EventStore, 'append'>,
  command: Command,
  rejection: Rejection,
): Promise<void> => {
  if (!isRecorded(command, rejection)) return;
  const { metadata, at } = envelopeOf(command, command.id);
  const stream = streams.refusal(command.id);
  const { code, errors } = rejection;
  const event: CommandRefused = {
    type: 'CommandRefused',
    data: {
      command: command.name,
      subject: subjectOf(command),
      refusal: { code, errors: errors.slice(0, errorsMax) },
      at,
    },
  };
  try {
    await store.append(stream, [{ ...event, id: derivedUuid(stream), metadata }], 'no-stream');
  } catch (error) {
    // Refused once before, by an earlier delivery.
    if (!(error instanceof RevisionConflict)) throw error;
  }
};

const isRecorded = ({ name, payload }: Command, { code }: Rejection): boolean => {
  if (code === 'expired' || code === 'backlog-full') return false;
  return name !== 'request_run' || memberOf(payload, 'eventType') === 'manual';
};

const subjectOf = ({ payload }: Command): string | null =>
  memberOf(payload, 'id') ?? memberOf(payload, 'originId') ?? memberOf(payload, 'workflowId') ?? null;

const memberOf = (payload: Command['payload'], name: string): string | undefined => {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const value: unknown = new Map(Object.entries(payload)).get(name);
  return typeof value === 'string' ? value : undefined;
};
