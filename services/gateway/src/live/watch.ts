import { problem, type Problem } from '../http/problem.ts';
import { pageMax, type Change, type Feed, type Source } from './feed.ts';
import { createMailbox, SubscriptionEnded, type Mailbox } from './mailbox.ts';
import type { Subscriber, Subscribers } from './subscribers.ts';

export type Watch<Item> = Readonly<{
  org: string;
  /** Of one entity, the latest state is enough; of many, each change counts. */
  id?: string;
  matches: (item: Item) => boolean;
  /** A cursor: what changed behind it comes first. */
  after: bigint | undefined;
  /** Told first, unless the cursor says that it was. */
  first?: () => Promise<Item | undefined>;
  /** After this one nothing more can come. */
  isLast?: (item: Item) => boolean;
  holder: Pick<Subscriber, 'credential' | 'objection'>;
  /** It was ended, and what was sent to it may be stuck: a client that takes in nothing hears of no end. */
  onDropped: () => void;
}>;

/**
 * Changes as they come. Ends with a SubscriptionEnded, or after the last one. `idleAt`: the position up to which
 * nothing is left to tell, where it only waits.
 */
export type Watching<Item> = AsyncIterableIterator<Change<Item>> &
  Readonly<{ idleAt: () => bigint | undefined }>;

/** A subscriber of many may be behind by so many changes. */
const mailboxMax = 256;
/** Who is further behind reads the list instead. */
const catchUpMax = 5_000;

const tooSlow = problem(
  'subscriber_too_slow',
  'More changed than was taken in, so the subscription ended. Subscribe again after the last cursor: nothing is lost.',
);
const tooOld = problem(
  'cursor_too_old',
  `More than ${catchUpMax} changes came behind this cursor. Read the list, and subscribe after the live_cursor read before it.`,
);

type Ports<Item> = Readonly<{
  source: Source<Item>;
  subscribers: Subscribers;
  /** The organisation's feed, begun where there is none. */
  feedOf: (org: string) => Promise<Feed<Item>>;
  release: (org: string, feed: Feed<Item>) => void;
  onEnd: (because: Problem) => void;
}>;

/** @throws SubscriptionEnded where there is no room for another one */
export const watch = async <Item>(ports: Ports<Item>, asked: Watch<Item>): Promise<Watching<Item>> => {
  const { org, id, holder, onDropped } = asked;
  const refusal = ports.subscribers.refusal(holder.credential);
  if (refusal) throw new SubscriptionEnded(refusal);
  const mailbox = createMailbox<Change<Item>>(mailboxMax, id === undefined ? 'all' : 'latest');
  const end = (because: Problem) => {
    mailbox.end(because);
    ports.onEnd(because);
    onDropped();
  };
  const place = ports.subscribers.add({ ...holder, org, end });
  const feed = await openFeed(ports, org).catch((error: unknown) => {
    place[Symbol.dispose]();
    throw error;
  });
  const from = asked.after ?? -1n;
  const listener = {
    id,
    hear: (change: Change<Item>) => {
      // A client that comes from another gateway may be ahead of this one's feed.
      if (change.position <= from || !asked.matches(change.item)) return;
      if (!mailbox.put(change)) end(tooSlow);
    },
  };
  // In one turn: what comes after this position is heard, what came before is read.
  feed.join(listener);
  const joinedAt = feed.position();
  const leave = () => {
    place[Symbol.dispose]();
    mailbox.close();
    if (feed.leave(listener)) ports.release(org, feed);
  };
  const progress = { isCaughtUp: false };
  const changes = changesOf(ports.source, asked, mailbox, joinedAt, progress);
  const isIdle = () => progress.isCaughtUp && mailbox.isEmpty();
  return iterated(changes, () => (isIdle() ? feed.position() : undefined), leave);
};

/** One that its last listener left meanwhile is closed: then there is another one. */
const openFeed = async <Item>({ feedOf }: Ports<Item>, org: string): Promise<Feed<Item>> => {
  for (;;) {
    const feed = await feedOf(org);
    if (!feed.isClosed()) return feed;
  }
};

const changesOf = async function* <Item>(
  source: Source<Item>,
  asked: Watch<Item>,
  mailbox: Mailbox<Change<Item>>,
  joinedAt: bigint,
  progress: { isCaughtUp: boolean },
): AsyncGenerator<Change<Item>> {
  const isLast = (item: Item) => asked.isLast?.(item) ?? false;
  const item = await asked.first?.();
  const change = item && { item, position: source.positionOf(item), together: {} };
  // One that changed since is told by the feed.
  if (change && change.position <= joinedAt) {
    if (change.position > (asked.after ?? -1n)) yield change;
    if (isLast(change.item)) return;
  }
  if (!asked.first && asked.after !== undefined) yield* missed(source, asked, asked.after, joinedAt);
  progress.isCaughtUp = true;
  yield* coming(mailbox, isLast);
};

const coming = async function* <Item>(
  mailbox: Mailbox<Change<Item>>,
  isLast: (item: Item) => boolean,
): AsyncGenerator<Change<Item>> {
  for (let change = await mailbox.take(); change; change = await mailbox.take()) {
    yield change;
    if (isLast(change.item)) return;
  }
};

/** What changed between a cursor and the position at which the feed was joined; what changed since, the feed tells. */
const missed = async function* <Item>(
  source: Source<Item>,
  { org, matches }: Watch<Item>,
  after: bigint,
  joinedAt: bigint,
): AsyncGenerator<Change<Item>> {
  let from = after;
  for (let read = 0; from < joinedAt; read += pageMax) {
    if (read >= catchUpMax) throw new SubscriptionEnded(tooOld);
    const items = await source.changedAfter(org, from, pageMax);
    const together = {};
    for (const item of items) {
      const position = source.positionOf(item);
      if (position > joinedAt) return;
      if (matches(item)) yield { item, position, together };
    }
    const last = items.at(-1);
    if (last === undefined) return;
    from = source.positionOf(last);
  }
};

/** A generator that waits hears of its end only when something comes: leaving closes the mailbox, which wakes it. */
const iterated = <Item>(
  changes: AsyncGenerator<Change<Item>>,
  idleAt: () => bigint | undefined,
  leave: () => void,
): Watching<Item> => {
  let isWaiting = false;
  const watching: Watching<Item> = {
    next: async () => {
      isWaiting = true;
      try {
        const result = await changes.next();
        if (result.done) leave();
        return result;
      } catch (error) {
        leave();
        throw error;
      } finally {
        isWaiting = false;
      }
    },
    return: async () => {
      leave();
      return changes.return(undefined);
    },
    // What was given out and is not sent yet is behind nobody.
    idleAt: () => (isWaiting ? idleAt() : undefined),
    [Symbol.asyncIterator]: () => watching,
  };
  return watching;
};
