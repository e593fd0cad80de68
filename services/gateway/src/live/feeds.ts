import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import type { Logger } from '@karrio/telemetry';
import type { Problem } from '../http/problem.ts';
import { createFeed, type Feed, type Source } from './feed.ts';
import type { Subscribers } from './subscribers.ts';
import { watch, type Watch } from './watch.ts';

type FeedPorts = Readonly<{
  bus: Pick<Bus, 'subscribe'>;
  position: () => Promise<bigint>;
  subscribers: Subscribers;
  onEnd: (because: Problem) => void;
  log: Logger;
}>;

/** The feeds of one kind, each as long as somebody listens to it. */
export const createFeeds = <Item>(
  source: Source<Item>,
  { bus, position, subscribers, onEnd, log }: FeedPorts,
) => {
  const feeds = new Map<string, Promise<Feed<Item>>>();
  const ready = new Map<string, Feed<Item>>();
  const notices = new Map<string, Disposable>();

  const forget = (org: string) => {
    notices.get(org)?.[Symbol.dispose]();
    notices.delete(org);
    ready.delete(org);
    feeds.delete(org);
  };
  const begin = async (org: string): Promise<Feed<Item>> => {
    notices.set(
      org,
      hear(bus, source, org, () => ready.get(org)?.wake()),
    );
    const feed = createFeed(source, org, await position(), log);
    ready.set(org, feed);
    // What came while it began was nobody's news yet.
    feed.wake();
    return feed;
  };

  const feedOf = (org: string): Promise<Feed<Item>> => {
    const known = feeds.get(org);
    if (known) return known;
    const beginning = begin(org);
    feeds.set(org, beginning);
    beginning.catch(() => forget(org));
    return beginning;
  };
  const release = (org: string, feed: Feed<Item>) => {
    if (ready.get(org) !== feed) return;
    forget(org);
    feed[Symbol.dispose]();
  };

  return {
    watch: (asked: Watch<Item>) => watch({ source, subscribers, feedOf, release, onEnd }, asked),
    wakeAll: () => {
      for (const feed of ready.values()) feed.wake();
    },
    [Symbol.dispose]: () => {
      for (const feed of ready.values()) feed[Symbol.dispose]();
      for (const heard of notices.values()) heard[Symbol.dispose]();
    },
  };
};

const hear = <Item>(
  bus: Pick<Bus, 'subscribe'>,
  { noticesOf, concerns }: Source<Item>,
  org: string,
  wake: () => void,
): Disposable =>
  bus.subscribe(subjects.liveChange, noticesOf(org), ({ entity }) => {
    if (concerns(entity)) wake();
  });
