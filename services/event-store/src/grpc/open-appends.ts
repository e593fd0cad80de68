import { MalformedMessage } from '@karrio/protobuf';
import type { ExpectedState } from '../stream/commit-check.ts';
import { createEventCollection } from './append-limits.ts';
import { readBatchOptions, type BatchChunk } from './batch-append-codec.ts';
import { MissingMetadataProperty, readProposedEvent } from './proposed-event.ts';
import { batchErrors } from './write-errors.ts';

/** An append that has not been answered, or whose last chunk is still to come. */
export type OpenAppend = {
  readonly key: string;
  readonly correlation: Buffer;
  readonly collection: ReturnType<typeof createEventCollection>;
  stream: string;
  expected: ExpectedState;
  deadlineMs: number;
  hasOptions: boolean;
  isAnswered: boolean;
  isComplete: boolean;
  /** The messages that its chunks came in stay in memory as long as it does. */
  heldBytes: number;
};

/** What one takes in memory without its messages: a client may begin any number. */
const appendBytes = 500;
/** What an event takes beside its bytes. */
const eventBytes = 200;

/** The appends of one call, by correlation id. */
export type OpenAppends = Readonly<{
  /** Adds a chunk to its append, with the error to answer it with. `bytes`: of the message it came in. */
  take: (chunk: BatchChunk, bytes: number) => Readonly<{ append: OpenAppend; error: Uint8Array | undefined }>;
  forget: (append: OpenAppend) => void;
  all: () => IteratorObject<OpenAppend>;
  count: () => number;
  bytes: () => number;
}>;

export const createOpenAppends = (): OpenAppends => {
  const open = new Map<string, OpenAppend>();
  let bytes = 0;

  const take = (chunk: BatchChunk, messageBytes: number) => {
    const key = chunk.correlation.toString('latin1');
    const append = open.get(key) ?? begin(key, chunk.correlation);
    const held = messageBytes + chunk.events.length * eventBytes;
    append.heldBytes += held;
    bytes += held;
    append.isComplete ||= chunk.isFinal;
    const error = addChunk(append, chunk);
    return { append, error };
  };

  const begin = (key: string, correlation: Buffer) => {
    const append = openAppend(key, correlation);
    open.set(key, append);
    bytes += appendBytes;
    return append;
  };

  const forget = (append: OpenAppend) => {
    if (open.delete(append.key)) bytes -= append.heldBytes + appendBytes;
  };

  return { take, forget, all: () => open.values(), count: () => open.size, bytes: () => bytes };
};

const openAppend = (key: string, correlation: Buffer): OpenAppend => ({
  key,
  correlation,
  collection: createEventCollection(),
  stream: '',
  expected: { kind: 'any' },
  deadlineMs: Number.POSITIVE_INFINITY,
  hasOptions: false,
  isAnswered: false,
  isComplete: false,
  heldBytes: 0,
});

const addChunk = (append: OpenAppend, chunk: BatchChunk): Uint8Array | undefined => {
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
    if (!(error instanceof MalformedMessage || error instanceof MissingMetadataProperty)) throw error;
    return batchErrors.badRequest(error.message);
  }
};
