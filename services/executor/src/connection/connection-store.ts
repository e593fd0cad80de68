import { streamPrefixes, parseStream, streams } from '@karrio/contracts';
import { connection, isConnectionEvent, type ConnectionDefinition } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import { LRUCache } from 'lru-cache';

export type StoredConnection = Readonly<{
  id: string;
  org: string;
  revision: number;
  definition: ConnectionDefinition;
}>;

export type ConnectionStore = AsyncDisposable &
  Readonly<{
    /** As it is now, at least at the revision that a plan has seen; undefined where it was deleted. @throws StoreUnavailable */
    connectionOf: (id: string, atLeast: number) => Promise<StoredConnection | undefined>;
  }>;

const connectionsMax = 20_000;

/** Connections as read from the log, each until an event of its stream says that it changed. */
export const createConnectionStore = (store: EventStore): ConnectionStore => {
  const known = new LRUCache<string, StoredConnection>({ max: connectionsMax });
  const closing = new AbortController();
  const following = forgetChanged(store, known, closing.signal);

  const connectionOf: ConnectionStore['connectionOf'] = async (id, atLeast) => {
    const cached = known.get(id);
    if (cached && cached.revision >= atLeast) return cached;
    const events = await store.read(streams.connection(id));
    const last = events.at(-1);
    const state = events.filter(isConnectionEvent).reduce(connection.evolve, connection.initial);
    if (!last || state.status !== 'live') return undefined;
    const found = { id, org: last.metadata.org, revision: last.revision, definition: state.definition };
    known.set(id, found);
    return found;
  };

  const close = async () => {
    closing.abort();
    await following;
  };
  return { connectionOf, [Symbol.asyncDispose]: close };
};

const forgetChanged = async (
  store: EventStore,
  known: LRUCache<string, StoredConnection>,
  signal: AbortSignal,
): Promise<void> => {
  const filter = { streamPrefixes: streamPrefixes('connection') };
  for await (const { events } of store.follow({ from: undefined, filter, signal })) {
    for (const { stream, revision } of events) {
      const id = parseStream(stream)?.id ?? '';
      if ((known.get(id)?.revision ?? revision) < revision) known.delete(id);
    }
  }
};
