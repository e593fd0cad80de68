import { isUtf8 } from 'node:buffer';
import {
  MalformedMessage,
  readBytes,
  readMessage,
  readVarint,
  hasMore,
  skipField,
  type Cursor,
} from '@karrio/protobuf';
import type { ExpectedState } from '../stream/commit-check.ts';

/** The options that Append, BatchAppend, Delete and Tombstone share, field numbers included. */
export type WriteOptions = Readonly<{
  stream: string;
  expected: ExpectedState;
  deadlineMs: number | undefined;
}>;

const noStream: ExpectedState = { kind: 'no-stream' };
const any: ExpectedState = { kind: 'any' };
const streamExists: ExpectedState = { kind: 'stream-exists' };

/** The names of streams and event types have room for this in a frame. */
export const nameBytesMax = 65_535;

export const readWriteOptions = (cursor: Cursor): WriteOptions => {
  let stream = '';
  let expected: ExpectedState = any;
  let deadlineMs: number | undefined;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    switch (tag) {
      case 0x0a:
        stream = readStreamIdentifier(readMessage(cursor));
        break;
      case 0x10:
        expected = { kind: 'revision', revision: readVarint(cursor) };
        break;
      case 0x1a:
        readBytes(cursor);
        expected = noStream;
        break;
      case 0x22:
        readBytes(cursor);
        expected = any;
        break;
      case 0x2a:
        readBytes(cursor);
        expected = streamExists;
        break;
      case 0x32:
        deadlineMs = readTimeMs(readMessage(cursor));
        break;
      case 0x3a:
        deadlineMs = Date.now() + readTimeMs(readMessage(cursor));
        break;
      default:
        skipField(cursor, tag);
    }
  }
  if (stream === '') throw new MalformedMessage('stream_identifier is missing: name the stream');
  if (stream === '$$') throw new MalformedMessage('stream_name is "$$": name a stream behind it');
  return { stream, expected, deadlineMs };
};

export const readStreamIdentifier = (cursor: Cursor): string => {
  let name = '';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag !== 0x1a) {
      skipField(cursor, tag);
      continue;
    }
    const bytes = readBytes(cursor);
    if (bytes.length > nameBytesMax) {
      throw new MalformedMessage(
        `stream_name has ${String(bytes.length)} bytes: at most ${String(nameBytesMax)} are possible`,
      );
    }
    // Replaced by a sign for the unknown, it would be the name of another stream.
    if (!isUtf8(bytes)) throw new MalformedMessage('stream_name is not UTF-8');
    name = bytes.toString();
  }
  return name;
};

/** A Timestamp, or a Duration: they have the same fields. */
const readTimeMs = (cursor: Cursor) => {
  let ms = 0;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x08) ms += readVarint(cursor) * 1000;
    else if (tag === 0x10) ms += Math.floor(readVarint(cursor) / 1e6);
    else skipField(cursor, tag);
  }
  return ms;
};
