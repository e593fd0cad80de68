import { EventStoreDBClient } from '@eventstore/db-client';
import { attribute, traced, type Logger } from '@karrio/telemetry';
import { createAppender } from './append.ts';
import { backoffMs, pause } from './backoff.ts';
import { StoreUnavailable } from './errors.ts';
import type { EventStore } from './event-store.ts';
import { follow } from './follow.ts';
import { repeatWhileAway } from './repeat-while-away.ts';
import { readStream } from './read-stream.ts';
import { openChannel } from './wire/channel.ts';

export type EventStoreOptions = Readonly<{
  /** As the official client has it: `esdb://host:port?tls=false`, or `esdb+discover://` for a cluster. */
  url: string;
  log: Logger;
  /** How long a call is repeated while the store is away. */
  patienceMs?: number;
}>;

/** Connects at the first call. */
export const connectEventStore = ({ url, log, patienceMs = 10_000 }: EventStoreOptions): EventStore => {
  const client = EventStoreDBClient.connectionString(url);
  const channel = openChannel(client);
  const append = createAppender(channel);
  const closing = new AbortController();

  const patiently = <T>(call: () => Promise<T>) => repeatWhileAway(call, patienceMs, closing.signal);

  return {
    read: (stream) => patiently(() => readStream(client, stream)),
    append: (stream, events, expected) =>
      traced('append', { [attribute.stream]: stream, [attribute.eventCount]: events.length }, () =>
        patiently(() => append(stream, events, expected)),
      ),
    keepLast: async (stream, count) => {
      await patiently(() => client.setStreamMetadata(stream, { maxCount: count }));
    },
    follow: (options) =>
      follow(
        channel,
        { ...options, signal: AbortSignal.any([options.signal, closing.signal]) },
        (err, retryInMs) => {
          log.warn({ err, retryInMs }, 'subscription interrupted');
        },
      ),
    available: async (signal) => {
      for (let failures = 0; !signal.aborted;) {
        try {
          return await ping(client);
        } catch (err) {
          const retryInMs = backoffMs(++failures);
          log.warn({ err, retryInMs }, 'waiting for the event store');
          await pause(retryInMs, signal);
        }
      }
    },
    ping: () => ping(client),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await client.dispose();
    },
  };
};

const ping = async (client: EventStoreDBClient): Promise<void> => {
  try {
    await readStream(client, '$ping-no-such-stream');
  } catch (cause) {
    throw new StoreUnavailable('The event store does not answer; check EVENTSTORE_URL.', { cause });
  }
};
