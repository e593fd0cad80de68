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
};

/** The appends of one call, by correlation id. */
export type OpenAppends = Readonly<{
  /** Adds a chunk to its append, with the error to answer it with. */
  take: (chunk: BatchChunk) => Readonly<{ append: OpenAppend; error: Uint8Array | undefined }>;
  forget: (append: OpenAppend) => void;
  all: () => Iterable<OpenAppend>;
  count: () => number;
  bytes: () => number;
}>;

export const createOpenAppends = (): OpenAppends => {
  const open = new Map<string, OpenAppend>();
  let bytes = 0;

  const take = (chunk: BatchChunk) => {
    const key = chunk.correlation.toString('latin1');
    const append = open.get(key) ?? openAppend(key, chunk.correlation);
    open.set(key, append);
    bytes -= append.collection.totalBytes();
    const error = addChunk(append, chunk);
    bytes += append.collection.totalBytes();
    return { append, error };
  };

  const forget = (append: OpenAppend) => {
    if (open.delete(append.key)) bytes -= append.collection.totalBytes();
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
