import {
  cursorOn,
  hasMore,
  MalformedMessage,
  readBytes,
  readMessage,
  readVarint,
  skipField,
  type Cursor,
} from '@karrio/protobuf';
import { bytesField, message, varintLength, writeVarint } from '@karrio/protobuf';
import { noRevision } from '../stream/commit-check.ts';
import { readWriteOptions, type WriteOptions } from './expected-state.ts';
import { grpcFrame } from './framing.ts';

/** One chunk of an append. The events are decoded later: a bad one fails its append, not the call. */
export type BatchChunk = Readonly<{
  /** The UUID message as it came, to be sent back as it is. */
  correlation: Buffer;
  options: Cursor | undefined;
  events: readonly Cursor[];
  isFinal: boolean;
}>;

export const readBatchChunk = (bytes: Buffer): BatchChunk => {
  const cursor = cursorOn(bytes);
  let correlation: Buffer | undefined;
  let options: Cursor | undefined;
  let isFinal = false;
  const events: Cursor[] = [];
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    switch (tag) {
      case 0x0a:
        correlation = readBytes(cursor);
        break;
      case 0x12:
        options = readMessage(cursor);
        break;
      case 0x1a:
        events.push(readMessage(cursor));
        break;
      case 0x20:
        isFinal = readVarint(cursor) !== 0;
        break;
      default:
        skipField(cursor, tag);
    }
  }
  if (!correlation || correlation.length === 0) throw new MalformedMessage('correlation_id is missing');
  return { correlation, options, events, isFinal };
};

export const readBatchOptions = (cursor: Cursor): WriteOptions => readWriteOptions(cursor);

/** A success, as a gRPC frame, written in one go: every append has one. */
export const batchSuccessFrame = (
  correlation: Buffer,
  stream: string,
  revision: number,
  position: number,
) => {
  const nameBytes = Buffer.byteLength(stream);
  const positionBytes = 2 * (1 + varintLength(position));
  const revisionBytes = revision === noRevision ? 2 : 1 + varintLength(revision);
  const successBytes = revisionBytes + lengthOf(positionBytes);
  const total = lengthOf(correlation.length) + lengthOf(successBytes) + lengthOf(lengthOf(nameBytes));
  const frame = Buffer.allocUnsafe(5 + total);
  frame[0] = 0;
  let at = frame.writeUInt32BE(total, 1);
  at = writeTag(frame, at, 0x0a, correlation.length);
  frame.set(correlation, at);
  at = writeTag(frame, at + correlation.length, 0x1a, successBytes);
  at = revision === noRevision ? writeTag(frame, at, 0x12, 0) : writeTag(frame, at, 0x08, revision);
  at = writeTag(frame, at, 0x1a, positionBytes);
  at = writeTag(frame, at, 0x08, position);
  at = writeTag(frame, at, 0x10, position);
  at = writeTag(frame, at, 0x22, lengthOf(nameBytes));
  at = writeTag(frame, at, 0x1a, nameBytes);
  frame.write(stream, at, nameBytes, 'utf8');
  return frame;
};

/** The client reads the stream's name from every error. */
export const batchErrorFrame = (correlation: Buffer, stream: string, error: Uint8Array) =>
  grpcFrame(
    message(
      bytesField(1, correlation),
      bytesField(2, error),
      bytesField(4, bytesField(3, Buffer.from(stream))),
    ),
  );

const lengthOf = (length: number) => 1 + varintLength(length) + length;

const writeTag = (bytes: Buffer, at: number, tag: number, value: number) => {
  bytes[at] = tag;
  return writeVarint(bytes, at + 1, value);
};
