import { streams } from '@karrio/contracts';
import { evolveDataKeys, isDataKeyEvent, noDataKeys, type DataKeys } from '@karrio/domain';
import { StreamDeleted, type EventStore, type Recorded } from '@karrio/event-store-client';

/** An organisation's data keys as the log has them, and where their stream stands. */
export const readDataKeys = async (
  store: Pick<EventStore, 'read'>,
  org: string,
): Promise<Readonly<{ keys: DataKeys; revision: number | 'no-stream' }>> => {
  const events: readonly Recorded[] = await store.read(streams.vault(org)).catch(noneIfDestroyed);
  const keys = events.filter(isDataKeyEvent).reduce(evolveDataKeys, noDataKeys);
  return { keys, revision: events.at(-1)?.revision ?? 'no-stream' };
};

/** Destroyed keys leave a stream that was deleted for good. */
const noneIfDestroyed = (error: unknown): readonly [] => {
  if (error instanceof StreamDeleted) return [];
  throw error;
};
