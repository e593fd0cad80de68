import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import {
  appliedPosition,
  entitiesChangedAfter,
  findRun,
  runsChangedAfter,
  type EntityChangeRow,
  type ReadModel,
  type RunRow,
} from '@karrio/read-model';
import { counter, gauge, type Logger } from '@karrio/telemetry';
import { problem, type Problem } from '../http/problem.ts';
import { createFeed, type Feed, type Source } from './feed.ts';
import { createSubscribers, type SubscriberLimits, type Subscribers } from './subscribers.ts';
import { watch, type Watch, type Watching } from './watch.ts';

/** How often it is asked how far the read models are, in case a notice was lost. */
const heartbeatMs = 5_000;
/** How often every key and session is looked at again, in case the notice of its end was lost. */
const recheckMs = 15_000;
/** Longer than a credential is remembered. */
const forgottenMs = 2_500;

export type Live = Disposable &
  Readonly<{
    /** @throws SubscriptionEnded */
    watchRuns: (asked: Watch<RunRow>) => Promise<Watching<RunRow>>;
    /** @throws SubscriptionEnded */
    watchEntities: (asked: Watch<EntityChangeRow>) => Promise<Watching<EntityChangeRow>>;
    findRun: (org: string, id: string) => Promise<RunRow | undefined>;
    /** Ends every subscription: each may go on at its cursor elsewhere. */
    close: () => void;
  }>;

export type LivePorts = Readonly<{
  bus: Pick<Bus, 'subscribe'>;
  reads: Pick<ReadModel, 'db' | 'of'>;
  log: Logger;
}>;

/** What changes, for all subscribers of this gateway: one subscription to NATS, and one read for each organisation. */
export const startLive = ({ bus, reads, log }: LivePorts, limits: SubscriberLimits): Live => {
  using started = new DisposableStack();
  const subscribers = createSubscribers(limits);
  const position = () => appliedPosition(reads.db);
  const ended = counter(
    'karrio_subscriptions_ended_total',
    'Subscriptions that the gateway ended, by why: slow ones, revoked keys, its own stop.',
  );
  started.use(gauge('karrio_subscriptions', 'Subscriptions that are open.', subscribers.count));
  const onEnd = ({ code }: Problem) => ended.add(1, { because: code });
  const feedPorts = { position, subscribers, onEnd, log };
  const runs = started.use(createFeeds(runSource(reads), feedPorts));
  const entities = started.use(createFeeds(entitySource(reads), feedPorts));
  const recheck = (org?: string) =>
    void subscribers.recheck(org).catch((err: unknown) => log.warn({ err }, 'subscribers not looked at'));
  const hear = (entity: string, org: string) => {
    if (entity === 'workflow_event') return runs.wake(org);
    entities.wake(org);
    if (!guarding.has(entity)) return undefined;
    recheck(org);
    setTimeout(() => recheck(org), forgottenMs).unref();
    return undefined;
  };
  const filter = subjects.liveChange.matching();
  started.use(
    bus.subscribe(subjects.liveChange, filter, ({ entity }, subject) =>
      hear(entity, subject.split('.')[1] ?? ''),
    ),
  );
  started.use(every(recheckMs, () => recheck()));
  started.use(every(heartbeatMs, lookingUp(subscribers, position, [runs.wakeAll, entities.wakeAll])));
  const close = () => subscribers.endAll(closing);
  started.defer(close);
  const kept = started.move();
  return {
    watchRuns: runs.watch,
    watchEntities: entities.watch,
    findRun: (org, id) => findRun(reads.of(org), org, id),
    close,
    [Symbol.dispose]: () => kept.dispose(),
  };
};

const every = (ms: number, act: () => void): Disposable => {
  const timer = setInterval(act, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};

/** Wakes all feeds where the read models have moved; whoever heard of it has nothing to read then. */
const lookingUp = (
  subscribers: Pick<Subscribers, 'count'>,
  position: () => Promise<bigint>,
  wake: readonly (() => void)[],
) => {
  let looked = -1n;
  const look = async () => {
    const now = subscribers.count() > 0 ? await position() : looked;
    if (now !== looked) wake.forEach((all) => all());
    looked = now;
  };
  // A Postgres that does not answer is asked again.
  return () => void look().catch(() => undefined);
};

const runSource = (reads: Pick<ReadModel, 'of'>): Source<RunRow> => ({
  changedAfter: (org, after, max) => runsChangedAfter(reads.of(org), org, after, max),
  idOf: ({ id }) => id,
  positionOf: (row) => BigInt(row.position),
});

const entitySource = (reads: Pick<ReadModel, 'of'>): Source<EntityChangeRow> => ({
  changedAfter: (org, after, max) => entitiesChangedAfter(reads.of(org), org, after, max),
  idOf: ({ entity, id }) => `${entity} ${id}`,
  positionOf: (row) => BigInt(row.position),
});

/** Kinds whose change may end what a key, a session or a member may do. */
const guarding: ReadonlySet<string> = new Set(['organization', 'user']);

const closing = problem(
  'service_unavailable',
  'This gateway is stopping. Subscribe again after the last cursor: nothing is lost.',
);

type FeedPorts = Readonly<{
  position: () => Promise<bigint>;
  subscribers: Subscribers;
  onEnd: (because: Problem) => void;
  log: Logger;
}>;

/** The feeds of one kind, each as long as somebody listens to it. */
const createFeeds = <Item>(source: Source<Item>, { position, subscribers, onEnd, log }: FeedPorts) => {
  const feeds = new Map<string, Promise<Feed<Item>>>();
  const begin = async (org: string) => createFeed(source, org, await position(), log);
  const ready = new Map<string, Feed<Item>>();

  const feedOf = (org: string): Promise<Feed<Item>> => {
    const known = feeds.get(org);
    if (known) return known;
    const beginning = begin(org).then((feed) => {
      ready.set(org, feed);
      // What came while it began was nobody's news yet.
      feed.wake();
      return feed;
    });
    feeds.set(org, beginning);
    beginning.catch(() => feeds.delete(org));
    return beginning;
  };
  const release = (org: string, feed: Feed<Item>) => {
    if (ready.get(org) !== feed) return;
    ready.delete(org);
    feeds.delete(org);
    feed[Symbol.dispose]();
  };

  return {
    watch: (asked: Watch<Item>) => watch({ source, subscribers, feedOf, release, onEnd }, asked),
    wake: (org: string) => ready.get(org)?.wake(),
    wakeAll: () => {
      for (const feed of ready.values()) feed.wake();
    },
    [Symbol.dispose]: () => {
      for (const feed of ready.values()) feed[Symbol.dispose]();
    },
  };
};
