import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  eventTypeFilter,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { backoffMs, pause } from './backoff.ts';
import type { FollowOptions, LogBatch, Recorded } from './event-store.ts';
import { toRecorded } from './read-stream.ts';

export type OnInterruption = (error: unknown, retryInMs: number) => void;

/** Subscriptions of the official client never reconnect: this one resumes from the last batch it gave out. */
export const follow = async function* (
  client: EventStoreDBClient,
  options: FollowOptions,
  onInterruption: OnInterruption,
): AsyncGenerator<LogBatch> {
  let from = options.from;
  for (let failures = 0; !options.signal.aborted;) {
    try {
      for await (const batch of subscription(client, { ...options, from })) {
        from = batch.position;
        failures = 0;
        yield batch;
      }
    } catch (error) {
      if (options.signal.aborted) return;
      const retryInMs = backoffMs(++failures);
      onInterruption(error, retryInMs);
      await pause(retryInMs, options.signal);
    }
  }
};

const defaultBatchMax = 1_000;

const subscription = async function* (
  client: EventStoreDBClient,
  { from, filter, signal, batchMax = defaultBatchMax }: FollowOptions,
): AsyncGenerator<LogBatch> {
  let notify = () => {};
  let failure: unknown;
  let isOver = false;
  let isCaughtUp = false;
  // A checkpoint may arrive while events before it wait in the buffer; it counts once the buffer was drained.
  let checkpoint = from ?? 0n;
  const checkpointReached = (_: unknown, position: { commit: bigint }) => {
    checkpoint = position.commit;
    notify();
  };
  const source = client.subscribeToAll(
    {
      fromPosition: from === undefined ? START : { commit: from, prepare: from },
      filter: filterOf(filter, checkpointReached),
    },
    { highWaterMark: batchMax },
  );
  const stop = () => {
    isOver = true;
    notify();
  };
  source
    .on('readable', () => notify())
    .on('caughtUp', () => {
      isCaughtUp = true;
      notify();
    })
    .on('error', (error) => {
      failure = error;
      stop();
    })
    .on('end', stop)
    .on('close', stop);
  signal.addEventListener('abort', stop, { once: true });

  let position = from ?? 0n;
  let wasCaughtUp = false;
  try {
    for (;;) {
      const notified = new Promise<void>((resolve) => (notify = resolve));
      const { events, last, isDrained } = take(source, batchMax);
      const reached = isDrained && checkpoint > (last ?? position) ? checkpoint : (last ?? position);
      const isNews = events.length > 0 || reached > position || (isDrained && isCaughtUp && !wasCaughtUp);
      position = reached;
      if (isNews) {
        wasCaughtUp = isDrained && isCaughtUp;
        yield { events, position, isCaughtUp: wasCaughtUp };
        continue;
      }
      if (failure !== undefined) throw failure;
      if (isOver) return;
      await notified;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    source.on('error', () => {});
    await source.unsubscribe().catch(() => {});
  }
};

const filterOf = (
  filter: FollowOptions['filter'],
  checkpointReached: (s: unknown, p: { commit: bigint }) => void,
) =>
  'streamPrefixes' in filter
    ? streamNameFilter({ prefixes: [...filter.streamPrefixes], checkpointInterval: 32, checkpointReached })
    : eventTypeFilter({ prefixes: [...filter.eventTypePrefixes], checkpointInterval: 32, checkpointReached });

/** What has arrived, without waiting. */
const take = (source: AllStreamSubscription, max: number) => {
  const events: Recorded[] = [];
  let last: bigint | undefined;
  for (let taken = 0; taken < max; taken++) {
    const resolved: ReturnType<AllStreamSubscription['read']> = source.read();
    if (resolved === null) return { events, last, isDrained: true };
    last = resolved.commitPosition ?? resolved.event?.position.commit ?? last;
    const recorded = resolved.event && toRecorded(resolved.event);
    if (recorded) events.push(recorded);
  }
  return { events, last, isDrained: false };
};
