import { streamPrefixes } from '@karrio/contracts';
import type { EventStore } from '@karrio/event-store-client';
import type { Catalog } from './catalog.ts';

export type CatalogFollower = AsyncDisposable &
  Readonly<{
    /** Resolves once, when everything that was in the log at start is in the catalog. */
    ready: Promise<void>;
    isReady: () => boolean;
    /** Resolves when the catalog holds everything up to a position. @throws Error after the patience */
    caughtUpTo: (position: bigint) => Promise<void>;
  }>;

const patienceMs = 5_000;

const followed = [
  'organization',
  'vault',
  'workflow',
  'action',
  'connection',
  'metafield',
  'pause',
  'trigger',
  'rule',
] as const;

export const followCatalog = (store: EventStore, catalog: Catalog): CatalogFollower => {
  const closing = new AbortController();
  const { promise: ready, resolve: becomeReady } = Promise.withResolvers<void>();
  let isReady = false;
  const waiters = new Set<() => void>();

  const running = (async () => {
    const batches = store.follow({
      from: undefined,
      filter: { streamPrefixes: streamPrefixes(...followed) },
      signal: closing.signal,
    });
    for await (const { events, position, isCaughtUp } of batches) {
      events.forEach(catalog.apply);
      catalog.reached(position);
      if (isCaughtUp) {
        isReady = true;
        becomeReady();
      }
      for (const check of waiters) check();
    }
  })();

  const caughtUpTo = async (position: bigint) => {
    if (catalog.position() >= position) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = () => {
      if (catalog.position() >= position) resolve();
    };
    const timer = setTimeout(() => {
      reject(new Error(`the catalog stands at ${catalog.position()}, waited for ${position}`));
    }, patienceMs);
    waiters.add(check);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      waiters.delete(check);
    }
  };

  return {
    ready,
    isReady: () => isReady,
    caughtUpTo,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await running;
    },
  };
};
