import { newId, streams, type EventMetadata } from '@karrio/contracts';
import { eventGuard, type Event } from '@karrio/domain';
import type { EventStore, ExpectedRevision } from '@karrio/event-store-client';
import { randomUUID } from 'node:crypto';

/** The position of the last event that was announced, as a decimal string. */
type CheckpointSaved = Event<'CheckpointSaved', { announced: string }>;
const isCheckpointSaved = eventGuard<CheckpointSaved>({ CheckpointSaved: true });

const stream = streams.checkpoint('relay');

/**
 * Where the relay stands, in the log itself. Saving names the revision, so of two relays that were started
 * together the second stops at its first save. @throws RevisionConflict
 */
export const openCheckpoint = async (store: EventStore) => {
  await store.keepLast(stream, 10);
  const last = (await store.read(stream)).at(-1);
  let expected: ExpectedRevision = last?.revision ?? 'no-stream';
  const causation = newId('command');
  const metadata: EventMetadata = {
    org: 'system',
    actor: 'relay',
    $correlationId: causation,
    $causationId: causation,
    schema: 1,
  };
  return {
    announced: last && isCheckpointSaved(last) ? BigInt(last.data.announced) : undefined,
    save: async (announced: bigint): Promise<void> => {
      const event: CheckpointSaved = { type: 'CheckpointSaved', data: { announced: announced.toString() } };
      const { revision } = await store.append(stream, [{ ...event, id: randomUUID(), metadata }], expected);
      expected = revision;
    },
  };
};
export type Checkpoint = Awaited<ReturnType<typeof openCheckpoint>>;
