import { newId, streams, type EventMetadata } from '@karrio/contracts';
import { eventGuard, type Event } from '@karrio/domain';
import type { EventStore, ExpectedRevision } from '@karrio/event-store-client';
import { randomUUID } from 'node:crypto';

/** Positions as decimal strings: announced up to one, every open run begun after the other. */
type CheckpointSaved = Event<'CheckpointSaved', { announced: string; opened: string }>;
const isCheckpointSaved = eventGuard<CheckpointSaved>({ CheckpointSaved: true });

export type Marks = Readonly<{ announced: bigint; opened: bigint }>;

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
  const saved =
    last && isCheckpointSaved(last)
      ? { announced: BigInt(last.data.announced), opened: BigInt(last.data.opened) }
      : undefined;
  return {
    saved,
    save: async ({ announced, opened }: Marks): Promise<void> => {
      const event: CheckpointSaved = {
        type: 'CheckpointSaved',
        data: { announced: announced.toString(), opened: opened.toString() },
      };
      const { revision } = await store.append(stream, [{ ...event, id: randomUUID(), metadata }], expected);
      expected = revision;
    },
  };
};
export type Checkpoint = Awaited<ReturnType<typeof openCheckpoint>>;
