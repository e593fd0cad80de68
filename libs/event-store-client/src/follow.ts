import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { backoffMs, pause } from './backoff.ts';
import type { FollowOptions, LogBatch } from './event-store.ts';
import { collect } from './collect.ts';
import type { Channel } from './wire/channel.ts';
import { subscribeToAll } from './wire/subscribe-request.ts';

export type OnInterruption = (error: unknown, retryInMs: number) => void;

/** A subscription does not reconnect by itself: this one resumes after the last batch it gave out. */
export const follow = async function* (
  channel: Channel,
  options: FollowOptions,
  onInterruption: OnInterruption,
): AsyncGenerator<LogBatch> {
  let from = options.from;
  for (let failures = 0; !options.signal.aborted;) {
    try {
      const request = subscribeToAll(from, options.filter);
      for await (const batch of subscription(channel, request, { ...options, from })) {
        from = batch.position;
        failures = 0;
        yield batch;
      }
      if (!options.signal.aborted) throw new Error('the event store ended the subscription');
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
  channel: Channel,
  request: ReadReq,
  { from, signal, batchMax = defaultBatchMax }: FollowOptions,
): AsyncGenerator<LogBatch> {
  const source = await channel.read(request);
  const inbox = collect(source, batchMax, from ?? 0n);
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
    source.cancel();
  }
};
