import { counter } from '@karrio/telemetry';
import { backoffMs, pause } from './backoff.ts';
import { collect } from './collect.ts';
import { StoreUnavailable } from './errors.ts';
import type { FollowOptions, LogBatch } from './event-store.ts';
import { storeErrorOf } from './store-error.ts';
import { watchSubscription } from './watchdog.ts';
import { abandon, type Channel } from './wire/channel.ts';
import type { ReadResponse } from './wire/read-response.ts';
import { readAllForwards, subscribeToAll } from './wire/read-request.ts';

export type OnInterruption = (error: unknown, retryInMs: number) => void;

const interruptions = counter(
  'eventstore_client_subscription_interruptions_total',
  'Subscriptions that broke, or gave out nothing although the log has more (silent), and were resumed.',
);

/** A subscription does not reconnect by itself: this one resumes after the last batch it gave out. */
export const follow = async function* (
  channel: Channel,
  options: FollowOptions,
  watchEveryMs: number,
  onInterruption: OnInterruption,
): AsyncGenerator<LogBatch> {
  let from = options.from;
  for (let failures = 0; !options.signal.aborted;) {
    try {
      for await (const batch of subscription(channel, { ...options, from }, watchEveryMs)) {
        from = batch.position;
        failures = 0;
        yield batch;
      }
      if (!options.signal.aborted)
        throw new StoreUnavailable('away', 'The event store ended the subscription.');
    } catch (raw) {
      if (options.signal.aborted) return;
      const error = storeErrorOf(raw);
      const retryInMs = backoffMs(++failures);
      interruptions.add(1, { reason: error instanceof StoreUnavailable ? error.reason : 'other' });
      onInterruption(error, retryInMs);
      await pause(retryInMs, options.signal);
    }
  }
};

const defaultBatchMax = 1_000;

const subscription = async function* (
  channel: Channel,
  { from, filter, signal, batchMax = defaultBatchMax }: FollowOptions,
  watchEveryMs: number,
): AsyncGenerator<LogBatch> {
  const source = await channel.read(subscribeToAll(from, filter));
  const inbox = collect(source, {
    from,
    batchMax,
    onHeard: (position) => {
      watchdog.heard(position);
    },
  });
  using watchdog = watchSubscription({
    from,
    everyMs: watchEveryMs,
    isBusy: inbox.isWaiting,
    nextAfter: (position) => nextAfter(channel, position, filter, watchEveryMs),
    onStall: inbox.fail,
  });
  const abort = () => source.cancel();
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      const batch = inbox.take();
      if (batch) yield batch;
      else if (inbox.isOver()) return;
      else await inbox.news();
    }
  } finally {
    signal.removeEventListener('abort', abort);
    abandon(source);
  }
};

/** The position of the next event that the filter lets through. @throws StoreUnavailable */
const nextAfter = async (
  channel: Channel,
  position: bigint | undefined,
  filter: FollowOptions['filter'],
  deadlineMs: number,
): Promise<bigint | undefined> => {
  const source = await channel.read(readAllForwards(position, filter, 2), deadlineMs);
  const responses: AsyncIterable<ReadResponse> = source;
  try {
    for await (const response of responses) {
      // The first may be the one at the position itself.
      const isNext = response.is === 'event' && (position === undefined || response.position > position);
      if (isNext) return response.position;
    }
    return undefined;
  } finally {
    abandon(source);
  }
};
