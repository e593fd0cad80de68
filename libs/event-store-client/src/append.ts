import { randomUUID } from 'node:crypto';
import { appendOutcome } from './append-outcome.ts';
import { AppendRefused, StoreUnavailable } from './errors.ts';
import type { Appended, ExpectedRevision } from './event-store.ts';
import { encodeAppend, type ProposedEvent } from './wire/append-request.ts';
import type { AppendResponse } from './wire/append-response.ts';
import type { AppendStream, Channel } from './wire/channel.ts';

type Waiting = Readonly<{
  settle: (response: AppendResponse) => void;
  fail: (error: unknown) => void;
  sentMs: number;
}>;

/** The server gives up on an append after this time, and says so. */
const deadlineMs = 10_000;

/** Servers take 17 MiB in a message, and end the call with all appends on it where one is larger. */
const messageBytesMax = 16 * 1_024 * 1_024;

/** Appends on one long-lived stream, matched to their answers by correlation id. */
export const createAppender = (channel: Channel, silenceMs: number) => {
  // Asking the client for it takes several turns of promises, each time.
  let open: AppendStream | undefined;
  const waitingOn = new Map<AppendStream, Map<string, Waiting>>();

  const listen = (stream: AppendStream) => {
    open = stream;
    const forget = () => {
      waitingOn.delete(stream);
      if (open === stream) open = undefined;
    };
    waitingOn.set(stream, listenToAnswers(stream, silenceMs, forget));
  };

  return async (
    stream: string,
    events: readonly ProposedEvent[],
    expected: ExpectedRevision | 'any',
  ): Promise<Appended> => {
    const correlationId = randomUUID();
    const deadline = Math.ceil((Date.now() + deadlineMs) / 1_000);
    const request = encodeAppend({ correlationId, stream, events, expected, deadline });
    if (request.length > messageBytesMax) {
      throw new AppendRefused(
        'too-large',
        `An append to ${stream} has ${request.length} bytes: write less at once.`,
      );
    }
    const calls = open ?? (await channel.appends(listen));
    const response = await new Promise<AppendResponse>((settle, fail) => {
      const waiting = waitingOn.get(calls);
      if (!waiting) {
        fail(new StoreUnavailable('away', 'The stream of appends broke before it was used.'));
        return;
      }
      waiting.set(correlationId, { settle, fail, sentMs: performance.now() });
      calls.write(request);
    });
    return appendOutcome(response, stream, expected);
  };
};

/** Who waits for an answer, by correlation id; all of them fail when the stream breaks, or says nothing. */
const listenToAnswers = (stream: AppendStream, silenceMs: number, onClose: () => void) => {
  const waiting = new Map<string, Waiting>();
  const close = (error: unknown) => {
    clearInterval(watch);
    onClose();
    for (const { fail } of waiting.values()) fail(error);
    waiting.clear();
  };
  const watch = setInterval(() => {
    const oldest = waiting.values().next().value;
    if (!oldest || performance.now() - oldest.sentMs < silenceMs) return;
    close(new StoreUnavailable('silent', `The event store did not answer an append for ${silenceMs} ms.`));
    stream.cancel();
  }, silenceMs / 4);
  watch.unref();
  stream
    .on('data', (response: AppendResponse) => {
      const { correlationId } = response;
      waiting.get(correlationId)?.settle(response);
      waiting.delete(correlationId);
    })
    .on('error', close)
    .on('end', () => close(new StoreUnavailable('away', 'The event store ended the stream of appends.')));
  return waiting;
};
