import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import { LRUCache } from 'lru-cache';

/** A notice that was lost costs at most this long with a key that was revoked. */
const rememberedMs = 2_000;
const entriesMax = 10_000;

export type Memory<T> = Disposable &
  Readonly<{
    /** For who knows of a change before its notice, or of one that is no change of an owner yet. */
    forget: (owner: string) => void;
    /** Without a promise where it was looked up a moment ago. What is not there is looked up each time. */
    recall: (key: string, lookUp: () => Promise<T | undefined>) => T | undefined | Promise<T | undefined>;
  }>;

type Owned = Readonly<{ owners: readonly string[] }>;

/** What is known of keys and sessions, until the read models say that something of their owners changed. */
export const createMemory = <T extends Owned>(bus: Pick<Bus, 'subscribe'>): Memory<T> => {
  const known = new LRUCache<string, T>({ max: entriesMax, ttl: rememberedMs });
  /** What was read before a change must not be remembered after it. */
  let changes = 0;

  const forget = (owner: string) => {
    changes++;
    for (const [key, { owners }] of known.entries()) if (owners.includes(owner)) known.delete(key);
  };
  const notices = ['organization', 'user'].map((entity) =>
    bus.subscribe(subjects.liveChange, subjects.liveChange.matching({ entity }), ({ id }) => forget(id)),
  );

  const look = async (key: string, lookUp: () => Promise<T | undefined>) => {
    const before = changes;
    const found = await lookUp();
    if (found && before === changes) known.set(key, found);
    return found;
  };

  return {
    forget,
    recall: (key, lookUp) => known.get(key) ?? look(key, lookUp),
    [Symbol.dispose]: () => notices.forEach((notice) => notice[Symbol.dispose]()),
  };
};
