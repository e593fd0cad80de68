import { subjects, subjectToken } from '@karrio/contracts';
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
import type { Source } from './feed.ts';
import { createFeeds } from './feeds.ts';
import { createSubscribers, type SubscriberLimits, type Subscribers } from './subscribers.ts';
import type { Watch, Watching } from './watch.ts';

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

/**
 * What changes, for all subscribers of this gateway: one read for each organisation. Nothing is heard of one that
 * nobody is subscribed to: each run changes several times, and most are watched by nobody.
 */
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
  const feedPorts = { bus, position, subscribers, onEnd, log };
  const runs = started.use(createFeeds(runSource(reads), feedPorts));
  const entities = started.use(createFeeds(entitySource(reads), feedPorts));
  const recheck = (org?: string) =>
    void subscribers.recheck(org).catch((err: unknown) => log.warn({ err }, 'subscribers not looked at'));
  for (const heard of hearOfGuards(bus, recheck)) started.use(heard);
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

/** Has an organisation's subscribers looked at again where a key, a session or a member of it changed. */
const hearOfGuards = (bus: Pick<Bus, 'subscribe'>, recheck: (org: string) => void): readonly Disposable[] =>
  guarding.map((entity) =>
    bus.subscribe(subjects.liveChange, subjects.liveChange.matching({ entity }), (_, subject) => {
      const org = subjectToken(subjects.liveChange, 'org', subject);
      recheck(org);
      setTimeout(() => recheck(org), forgottenMs).unref();
    }),
  );

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
  noticesOf: (org) => subjects.liveChange.matching({ org, entity: runEntity }),
  concerns: () => true,
  changedAfter: (org, after, max) => runsChangedAfter(reads.of(org), org, after, max),
  idOf: ({ id }) => id,
  positionOf: (row) => BigInt(row.position),
});

const entitySource = (reads: Pick<ReadModel, 'of'>): Source<EntityChangeRow> => ({
  noticesOf: (org) => subjects.liveChange.matching({ org }),
  concerns: (entity) => entity !== runEntity,
  changedAfter: (org, after, max) => entitiesChangedAfter(reads.of(org), org, after, max),
  idOf: ({ entity, id }) => `${entity} ${id}`,
  positionOf: (row) => BigInt(row.position),
});

const runEntity = 'workflow_event';

/** Kinds whose change may end what a key, a session or a member may do. */
const guarding = ['organization', 'user'];

const closing = problem(
  'service_unavailable',
  'This gateway is stopping. Subscribe again after the last cursor: nothing is lost.',
);
