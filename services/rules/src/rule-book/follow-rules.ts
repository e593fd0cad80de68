import { streamPrefixes } from '@karrio/contracts';
import { StoreUnavailable, type EventStore } from '@karrio/event-store-client';
import type { RuleBook } from './rule-book.ts';

export type RuleFollower = AsyncDisposable &
  Readonly<{
    /** Resolves once, when every rule that was in the log at start is in the book. */
    ready: Promise<void>;
    isReady: () => boolean;
    /** Resolves when the book holds everything up to a position. @throws StoreUnavailable after the patience */
    caughtUpTo: (position: bigint) => Promise<void>;
  }>;

const patienceMs = 5_000;

export const followRules = (store: EventStore, book: RuleBook): RuleFollower => {
  const closing = new AbortController();
  const { promise: ready, resolve: becomeReady } = Promise.withResolvers<void>();
  const waiters = new Set<() => void>();
  let isReady = false;
  let reached = -1n;

  const running = (async () => {
    const filter = { streamPrefixes: streamPrefixes('rule') };
    for await (const batch of store.follow({ from: undefined, filter, signal: closing.signal })) {
      batch.events.forEach(book.apply);
      reached = batch.position;
      if (batch.isCaughtUp) {
        isReady = true;
        becomeReady();
      }
      for (const check of waiters) check();
    }
  })();

  const caughtUpTo = async (position: bigint) => {
    if (reached >= position) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = () => {
      if (reached >= position) resolve();
    };
    const timer = setTimeout(() => {
      reject(new StoreUnavailable('away', `the rules stand at ${reached}, waited for ${position}`));
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
