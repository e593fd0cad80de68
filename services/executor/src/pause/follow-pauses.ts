import { streamPrefixes } from '@karrio/contracts';
import type { EventStore } from '@karrio/event-store-client';
import { createPauses, type Pauses } from './pauses.ts';

export type PauseFollower = AsyncDisposable &
  Readonly<{
    pauses: Pauses;
    /** Resolves once, when every pause that was in the log at start is known. */
    ready: Promise<void>;
    /** Whether everything up to a position is known by now, or within a while. */
    hasSeen: (position: bigint) => Promise<boolean>;
  }>;

const patienceMs = 5_000;

/** Keeps in memory who is paused, so that to ask costs a run nothing. */
export const followPauses = (store: Pick<EventStore, 'follow'>): PauseFollower => {
  const pauses = createPauses();
  const closing = new AbortController();
  const { promise: ready, resolve: becomeReady } = Promise.withResolvers<void>();
  const waiting = new Set<() => void>();
  let seen = -1n;

  const running = (async () => {
    const filter = { streamPrefixes: streamPrefixes('pause') };
    for await (const batch of store.follow({ from: undefined, filter, signal: closing.signal })) {
      batch.events.forEach(pauses.take);
      seen = batch.position;
      if (batch.isCaughtUp) becomeReady();
      for (const look of waiting) look();
    }
  })();

  const hasSeen = async (position: bigint): Promise<boolean> => {
    if (seen >= position) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = () => {
      if (seen >= position) resolve(true);
    };
    const timer = setTimeout(() => resolve(false), patienceMs);
    waiting.add(look);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(look);
    }
  };

  return {
    pauses,
    ready,
    hasSeen,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await running;
    },
  };
};
