import { MalformedMessage } from '../protobuf/reader.ts';
import type { ExpectedState } from '../stream/commit-check.ts';
import type { WriteOutcome, WriteRequest } from '../stream/write-request.ts';
import { createEventCollection } from './append-limits.ts';
import {
  batchErrorFrame,
  batchSuccessFrame,
  readBatchChunk,
  readBatchOptions,
  type BatchChunk,
} from './batch-append-codec.ts';
import type { Method } from './method.ts';
import { MissingMetadataProperty, readProposedEvent } from './proposed-event.ts';
import { createReplyQueue } from './reply-queue.ts';
import { statusCode } from './status.ts';
import { batchErrors } from './write-errors.ts';

/** An append that has not been answered, or whose last chunk is still to come. */
type OpenAppend = {
  readonly correlation: Buffer;
  readonly collection: ReturnType<typeof createEventCollection>;
  stream: string;
  expected: ExpectedState;
  deadlineMs: number;
  hasOptions: boolean;
  isAnswered: boolean;
};

/** What clients have sent in chunks and not finished, and what waits for the disk, per call. */
const openBytesMax = 64 * 1024 * 1024;

/** An append whose disk hangs is answered this long after its deadline at the latest. */
const deadlineSweepMs = 500;

/**
 * One long call per client, with all its appends on it. Exactly one reply per correlation id: the official client
 * crashes on a second one, so what comes after a reply, a late success too, is dropped.
 */
export const batchAppend =
  (submit: (request: WriteRequest) => void): Method =>
  (call) => {
    const open = new Map<string, OpenAppend>();
    const replies = createReplyQueue(call);
    let openBytes = 0;
    let isEnding = false;

    const answer = (append: OpenAppend, reply: Buffer) => {
      if (append.isAnswered) return;
      append.isAnswered = true;
      replies.add(reply);
    };

    const refuse = (append: OpenAppend, error: Uint8Array) => {
      answer(append, batchErrorFrame(append.correlation, append.stream, error));
    };

    const forget = (key: string, append: OpenAppend) => {
      openBytes -= append.collection.totalBytes();
      open.delete(key);
      if (isEnding && open.size === 0) replies.end();
    };

    const finish = (key: string, append: OpenAppend) => {
      if (!append.hasOptions)
        refuse(append, batchErrors.badRequest('the first chunk of an append needs options'));
      if (append.collection.isTooLarge()) refuse(append, batchErrors.tooLarge());
      if (append.isAnswered) {
        forget(key, append);
        return;
      }
      submit({
        stream: append.stream,
        expected: append.expected,
        change: { kind: 'append', events: append.collection.events() },
        deadlineMs: append.deadlineMs,
        settle: (outcome) => {
          answer(append, replyTo(append, outcome));
          forget(key, append);
        },
      });
    };

    const message = (bytes: Buffer) => {
      const chunk = readBatchChunk(bytes);
      const key = chunk.correlation.toString('latin1');
      const append = open.get(key) ?? openAppend(chunk.correlation);
      open.set(key, append);
      openBytes -= append.collection.totalBytes();
      const error = take(append, chunk);
      openBytes += append.collection.totalBytes();
      if (error) refuse(append, error);
      if (chunk.isFinal) finish(key, append);
      if (openBytes > openBytesMax) {
        call.end({
          code: statusCode.resourceExhausted,
          message: 'too many bytes of unfinished appends on one call',
        });
      }
    };

    const sweep = setInterval(() => {
      const nowMs = Date.now();
      for (const append of open.values()) {
        if (append.deadlineMs + deadlineSweepMs < nowMs) refuse(append, batchErrors.expired());
      }
    }, deadlineSweepMs);
    sweep.unref();
    call.onClose(() => {
      clearInterval(sweep);
    });

    const end = () => {
      isEnding = true;
      if (open.size === 0) replies.end();
    };

    return { message, end };
  };

const openAppend = (correlation: Buffer): OpenAppend => ({
  correlation,
  collection: createEventCollection(),
  stream: '',
  expected: { kind: 'any' },
  deadlineMs: Number.POSITIVE_INFINITY,
  hasOptions: false,
  isAnswered: false,
});

/** Adds a chunk to its append; returns the error to answer with. */
const take = (append: OpenAppend, chunk: BatchChunk): Uint8Array | undefined => {
  try {
    if (chunk.options) {
      const options = readBatchOptions(chunk.options);
      append.stream = options.stream;
      append.expected = options.expected;
      append.deadlineMs = options.deadlineMs ?? Number.POSITIVE_INFINITY;
      append.hasOptions = true;
    }
    if (append.isAnswered) return undefined;
    for (const event of chunk.events) append.collection.add(readProposedEvent(event));
    return undefined;
  } catch (error) {
    if (error instanceof MalformedMessage || error instanceof MissingMetadataProperty) {
      return batchErrors.badRequest(error.message);
    }
    throw error;
  }
};

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
    case 'expired':
      return batchErrorFrame(correlation, stream, batchErrors.expired());
    case 'refused':
      return batchErrorFrame(correlation, stream, batchErrors.refused(outcome.reason));
  }
};
