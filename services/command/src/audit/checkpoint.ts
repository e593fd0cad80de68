import { newId, streams, type EventMetadata } from '@karrio/contracts';
import { eventGuard, type Event } from '@karrio/domain';
import { RevisionConflict, type EventStore } from '@karrio/event-store-client';
import { randomUUID } from 'node:crypto';

type CheckpointSaved = Event<'CheckpointSaved', { audited: string }>;
const isCheckpointSaved = eventGuard<CheckpointSaved>({ CheckpointSaved: true });

const stream = streams.checkpoint('audit');

/** Up to where the log is in the audit logs. It only spares reading: each audit log says itself how far it is. */
export const openCheckpoint = async (store: EventStore) => {
  await store.keepLast(stream, 10);
  let last = await store.readLast(stream);
  const causation = newId('command');
  const metadata: EventMetadata = {
    org: 'system',
    actor: 'audit',
    $correlationId: causation,
    $causationId: causation,
    schema: 1,
  };
  return {
    audited: last && isCheckpointSaved(last) ? BigInt(last.data.audited) : undefined,
    save: async (audited: bigint): Promise<void> => {
      const event = {
        type: 'CheckpointSaved',
        data: { audited: String(audited) },
        id: randomUUID(),
        metadata,
      };
      try {
        const { revision, position } = await store.append(stream, [event], last?.revision ?? 'no-stream');
        last = { ...event, stream, revision, position, recordedAt: '' };
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
        last = await store.readLast(stream);
      }
    },
  };
};
