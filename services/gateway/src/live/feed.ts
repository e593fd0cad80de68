import { backoffMs, pause } from '@karrio/event-store-client';
import type { Logger } from '@karrio/telemetry';

/** What one kind of entities is followed by. */
export type Source<Item> = Readonly<{
  /** The subjects of NATS that tell of an organisation's changes, and which of the entities told of are of this kind. */
  noticesOf: (org: string) => string;
  concerns: (entity: string) => boolean;
  /** An organisation's entities that changed after a position, in the order of their last changes. */
  changedAfter: (org: string, after: bigint, max: number) => Promise<readonly Item[]>;
  idOf: (item: Item) => string;
  positionOf: (item: Item) => bigint;
}>;

/** `together`: the same object for all that was read at once, so that its readers can share what they look up. */
export type Change<Item> = Readonly<{ item: Item; position: bigint; together: object }>;

export type Listener<Item> = Readonly<{
  /** Of the one entity that it listens to; undefined: it hears of all. */
  id: string | undefined;
  hear: (change: Change<Item>) => void;
}>;

export type Feed<Item> = Disposable &
  Readonly<{
    /** Everything up to here was told. */
    position: () => bigint;
    /** Something may have changed. */
    wake: () => void;
    join: (listener: Listener<Item>) => void;
    /** True where nobody is left. */
    leave: (listener: Listener<Item>) => boolean;
    isClosed: () => boolean;
  }>;

/** What is read at once. */
export const pageMax = 200;
/** Changes of so long are read together: a run changes several times within it. */
const paceMs = 50;

/**
 * What changes in one organisation, told to all who listen. A notice only says that it is worth looking: what changed
 * is read by position, so that a notice lost or doubled, or one that comes before another, makes no difference.
 */
export const createFeed = <Item>(
  source: Source<Item>,
  org: string,
  from: bigint,
  log: Logger,
): Feed<Item> => {
  const closing = new AbortController();
  const listeners = createListeners<Item>();
  let position = from;
  let isAwake = false;
  let isDue = false;

  const read = async () => {
    const items = await source.changedAfter(org, position, pageMax);
    const together = {};
    for (const item of items) {
      position = source.positionOf(item);
      listeners.tell(source.idOf(item), { item, position, together });
    }
    if (items.length === pageMax) isDue = true;
  };
  const run = async () => {
    for (let failures = 0; isDue && !closing.signal.aborted;) {
      isDue = false;
      try {
        await read();
        failures = 0;
        await pause(paceMs, closing.signal);
      } catch (err) {
        isDue = true;
        const retryInMs = backoffMs(++failures);
        log.warn({ err, retryInMs }, 'changes could not be read, trying again');
        await pause(retryInMs, closing.signal);
      }
    }
    isAwake = false;
  };

  return {
    position: () => position,
    wake: () => {
      isDue = true;
      if (isAwake) return;
      isAwake = true;
      void run();
    },
    join: listeners.join,
    leave: listeners.leave,
    isClosed: () => closing.signal.aborted,
    [Symbol.dispose]: () => closing.abort(),
  };
};

/** Those of one entity are found by it: ten thousand of them cost a change of another one nothing. */
const createListeners = <Item>() => {
  const all = new Set<Listener<Item>>();
  const byId = new Map<string, Set<Listener<Item>>>();
  const setOf = (id: string | undefined) => (id === undefined ? all : byId.get(id));
  return {
    tell: (id: string, change: Change<Item>) => {
      for (const listener of byId.get(id) ?? []) listener.hear(change);
      for (const listener of all) listener.hear(change);
    },
    join: (listener: Listener<Item>) => {
      const { id } = listener;
      const set = setOf(id) ?? new Set();
      if (id !== undefined) byId.set(id, set);
      set.add(listener);
    },
    leave: (listener: Listener<Item>): boolean => {
      const set = setOf(listener.id);
      set?.delete(listener);
      if (listener.id !== undefined && set?.size === 0) byId.delete(listener.id);
      return all.size === 0 && byId.size === 0;
    },
  };
};
