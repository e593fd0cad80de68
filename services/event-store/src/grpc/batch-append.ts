import type { WriteOutcome, WriteRequest } from '../stream/write-request.ts';
import { batchErrorFrame, batchSuccessFrame, readBatchChunk } from './batch-append-codec.ts';
import type { Call } from './call.ts';
import type { Method, RequestHandler } from './method.ts';
import { createOpenAppends, type OpenAppend, type OpenAppends } from './open-appends.ts';
import { createReplyQueue } from './reply-queue.ts';
import { batchErrors } from './write-errors.ts';

/**
 * One long call per client, with all its appends on it. Exactly one reply per correlation id: the official client
 * crashes on a second one, so what comes after a reply, a late success too, is dropped.
 */
export const batchAppend =
  (submit: (request: WriteRequest) => void): Method =>
  (call): RequestHandler => {
    const open = createOpenAppends();
    const replies = createReplyQueue(call);
    let isEnding = false;

    const answer = (append: OpenAppend, reply: () => Buffer) => {
      if (append.isAnswered) return;
      append.isAnswered = true;
      replies.add(reply());
    };

    const refuse = (append: OpenAppend, error: Uint8Array) => {
      answer(append, () => batchErrorFrame(append.correlation, append.stream, error));
    };

    const forget = (append: OpenAppend) => {
      open.forget(append);
      if (isEnding && open.count() === 0) replies.end();
    };

    const finish = (append: OpenAppend) => {
      if (!append.hasOptions)
        refuse(append, batchErrors.badRequest('the first chunk of an append needs options'));
      if (append.collection.isTooLarge()) refuse(append, batchErrors.tooLarge());
      if (append.isAnswered) {
        forget(append);
        return;
      }
      const settle = (outcome: WriteOutcome) => {
        answer(append, () => replyTo(append, outcome));
        forget(append);
      };
      submit(writeRequestOf(append, settle));
    };

    const message = (bytes: Buffer) => {
      const chunk = readBatchChunk(bytes);
      const { append, error } = open.take(chunk, bytes.length);
      if (error) refuse(append, error);
      if (chunk.isFinal) finish(append);
    };

    const end = () => {
      isEnding = true;
      if (open.count() === 0) replies.end();
    };

    expireLate(call, open, refuse);
    // Appends may be far between; one that was begun is to be finished.
    const isPartial = () => open.all().some(({ isComplete }) => !isComplete);
    return { message, end, heldBytes: open.bytes, isPartial };
  };

/** An append whose disk hangs is answered this long after its deadline at the latest. */
const deadlineSweepMs = 500;

/** The client waits for ever: it relies on the server to keep the deadline of an append. */
const expireLate = (
  call: Call,
  open: OpenAppends,
  refuse: (append: OpenAppend, error: Uint8Array) => void,
) => {
  const sweep = setInterval(() => {
    const nowMs = Date.now();
    for (const append of open.all()) {
      if (append.deadlineMs + deadlineSweepMs < nowMs) refuse(append, batchErrors.expired());
    }
  }, deadlineSweepMs);
  sweep.unref();
  call.onClose(() => {
    clearInterval(sweep);
  });
};

const writeRequestOf = (append: OpenAppend, settle: (outcome: WriteOutcome) => void): WriteRequest => ({
  stream: append.stream,
  expected: append.expected,
  change: { kind: 'append', events: append.collection.events() },
  deadlineMs: append.deadlineMs,
  settle,
});

const replyTo = ({ correlation, stream, expected }: OpenAppend, outcome: WriteOutcome): Buffer => {
  switch (outcome.kind) {
    case 'written':
      return batchSuccessFrame(correlation, stream, outcome.revision, outcome.position);
    case 'wrong-expected-version':
      return batchErrorFrame(
        correlation,
        stream,
        batchErrors.wrongExpectedVersion(expected, outcome.lastRevision),
      );
    case 'stream-deleted':
      return batchErrorFrame(correlation, stream, batchErrors.streamDeleted(stream));
    case 'denied':
      return batchErrorFrame(correlation, stream, batchErrors.accessDenied(outcome.reason));
    case 'expired':
      return batchErrorFrame(correlation, stream, batchErrors.expired());
    case 'refused':
      return batchErrorFrame(correlation, stream, batchErrors.refused(outcome.reason));
  }
};
