import { type EventStoreDBClient, type RecordedEvent } from '@eventstore/db-client';
import { EventMetadata } from '@karrio/contracts';
import { isStreamNotFound } from './errors.ts';
import type { Recorded } from './event-store.ts';

export const readStream = async (
  client: EventStoreDBClient,
  stream: string,
): Promise<readonly Recorded[]> => {
  const events: Recorded[] = [];
  try {
    for await (const { event } of client.readStream(stream)) {
      const recorded = event && toRecorded(event);
      if (recorded) events.push(recorded);
    }
  } catch (error) {
    if (isStreamNotFound(error)) return [];
    throw error;
  }
  return events;
};

/** Undefined for what is not an event of ours: another program may share the store. */
const toRecorded = (event: RecordedEvent): Recorded | undefined => {
  const metadata = event.isJson && EventMetadata.safeParse(event.metadata);
  if (!metadata || !metadata.success) return undefined;
  return {
    type: event.type,
    data: event.data,
    id: event.id,
    stream: event.streamId,
    revision: Number(event.revision),
    position: event.position?.commit ?? 0n,
    recordedAt: event.created.toISOString(),
    metadata: metadata.data,
  };
};
