import { attribute, traced, type Logger } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';
import { createAppender } from './append.ts';
import { backoffMs, pause } from './backoff.ts';
import { StreamDeleted } from './errors.ts';
import type { EventStore } from './event-store.ts';
import { follow } from './follow.ts';
import { openClient } from './open-client.ts';
import { repeatWhileAway } from './repeat-while-away.ts';
import { readLast, readStream } from './read-stream.ts';
import { openChannel, type Channel } from './wire/channel.ts';

export type EventStoreOptions = Readonly<{
  /** As the official client has it: `esdb://user:password@host:port?tlsCAFile=…`, `esdb+discover://` for a cluster. */
  url: string;
  log: Logger;
  /** How long a call is repeated while the store is away. */
  patienceMs?: number;
  /** A call whose server says nothing for so long is given up; keepalive notices most of those before. */
  silenceMs?: number;
  /** How often a subscription that gives out nothing is compared with the log. */
  watchEveryMs?: number;
}>;

/** Connects at the first call. @throws Error that says what is wrong with the URL, without the password in it */
export const connectEventStore = (options: EventStoreOptions): EventStore => {
  const { url, log, patienceMs = 10_000, silenceMs = 20_000, watchEveryMs = 10_000 } = options;
  const { client, warnings } = openClient(url);
  for (const warning of warnings) log.warn(`EVENTSTORE_URL ${warning}`);
  const channel = openChannel(client);
  const append = createAppender(channel, silenceMs);
  const closing = new AbortController();

  const patiently = <T>(call: () => Promise<T>) => repeatWhileAway(call, patienceMs, closing.signal);

  const setMetadata = async (stream: string, data: Readonly<Record<string, number>>) => {
    const metadata = [{ id: randomUUID(), type: '$metadata', data, metadata: {} }];
    await patiently(() => append(`$$${stream}`, metadata, 'any'));
  };

  return {
    read: (stream) => patiently(() => readStream(channel, stream, silenceMs)),
    readLast: (stream) => patiently(() => readLast(channel, stream, silenceMs)),
    append: (stream, events, expected) =>
      traced('append', { [attribute.stream]: stream, [attribute.eventCount]: events.length }, () =>
        patiently(() => append(stream, events, expected)),
      ),
    keepLast: (stream, count) => setMetadata(stream, { $maxCount: count }),
    truncate: (stream, before) => setMetadata(stream, { $tb: before }),
    deleteForGood: (stream) => patiently(() => client.tombstoneStream(stream)).then(nothing, unlessDeleted),
    follow: (what) =>
      follow(
        channel,
        { ...what, signal: AbortSignal.any([what.signal, closing.signal]) },
        watchEveryMs,
        (err, retryInMs) => {
          log.warn({ err, retryInMs }, 'subscription interrupted');
        },
      ),
    available: async (signal) => {
      for (let failures = 0; !signal.aborted;) {
        try {
          return await ping(channel, silenceMs);
        } catch (err) {
          const retryInMs = backoffMs(++failures);
          log.warn({ err, retryInMs }, 'waiting for the event store');
          await pause(retryInMs, signal);
        }
      }
    },
    ping: () => ping(channel, silenceMs),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await client.dispose();
    },
  };
};

const nothing = () => undefined;

const unlessDeleted = (error: unknown): void => {
  if (!(error instanceof StreamDeleted)) throw error;
};

const ping = async (channel: Channel, silenceMs: number): Promise<void> => {
  await readStream(channel, '$ping-no-such-stream', silenceMs);
};
