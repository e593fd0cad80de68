import { randomUUID } from 'node:crypto';
import { AppendRefused, RevisionConflict, StoreUnavailable } from './errors.ts';
import type { Appended, ExpectedRevision, NewEvent } from './event-store.ts';
import type { AppendResponse } from './wire/append-response.ts';
import type { AppendStream, Channel } from './wire/channel.ts';

type Waiting = Readonly<{
  settle: (response: AppendResponse) => void;
  fail: (error: unknown) => void;
  sentMs: number;
}>;

/** The server gives up on an append after this time, and says so. */
const deadlineMs = 10_000;
/** A server that says nothing at all for this long is given up; keepalive notices most of those before. */
const silenceMs = 20_000;

/** Appends on one long-lived stream, matched to their answers by correlation id. */
export const createAppender = (channel: Channel) => {
  const streams = new Map<AppendStream, Map<string, Waiting>>();
  // Asking the client for it takes several turns of promises, each time.
  let open: AppendStream | undefined;

  const listen = (stream: AppendStream) => {
    const waiting = new Map<string, Waiting>();
    streams.set(stream, waiting);
    open = stream;
    const watch = setInterval(() => {
      const oldest = waiting.values().next().value;
      if (oldest && performance.now() - oldest.sentMs > silenceMs) stream.cancel();
    }, silenceMs / 4);
    const close = (error: unknown) => {
      clearInterval(watch);
      streams.delete(stream);
      if (open === stream) open = undefined;
      for (const { fail } of waiting.values()) fail(error);
      waiting.clear();
    };
    stream
      .on('data', (response: AppendResponse) => {
        const { correlationId } = response;
        waiting.get(correlationId)?.settle(response);
        waiting.delete(correlationId);
      })
      .on('error', close)
      .on('end', () => close(new StoreUnavailable('The event store ended the stream of appends.')));
  };

  return async (
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> => {
    const calls = open ?? (await channel.appends(listen));
    const correlationId = randomUUID();
    const deadline = Math.ceil((Date.now() + deadlineMs) / 1_000);
    const response = await new Promise<AppendResponse>((settle, fail) => {
      const waiting = streams.get(calls);
      if (!waiting) {
        fail(new StoreUnavailable('The stream of appends broke before it was used.'));
        return;
      }
      waiting.set(correlationId, { settle, fail, sentMs: performance.now() });
      calls.write({ correlationId, stream, events, expected, deadline });
    });
    return outcomeOf(response, stream, expected);
  };
};

const timeout = 'event_store.client.Timeout';

const outcomeOf = (response: AppendResponse, stream: string, expected: ExpectedRevision): Appended => {
  if ('appended' in response) return response.appended;
  if ('conflict' in response) throw new RevisionConflict(stream, expected, response.conflict);
  const { reason, message } = response.refused;
  if (reason === timeout) throw new StoreUnavailable(`The event store did not write to ${stream} in time.`);
  throw new AppendRefused(`The event store refused an append to ${stream}: ${message || reason}`);
};
