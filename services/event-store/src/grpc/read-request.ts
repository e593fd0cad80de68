import {
  cursorOn,
  hasMore,
  MalformedMessage,
  readBytes,
  readMessage,
  readText,
  readVarint,
  skipField,
  type Cursor,
} from '@karrio/protobuf';
import type { Direction } from '../read/feed.ts';
import type { EventFilter } from '../subscription/event-filter.ts';
import { namePattern } from '../subscription/name-pattern.ts';
import { readStreamIdentifier } from './expected-state.ts';

export type ReadRequest = Readonly<{
  source: ReadSource;
  direction: Direction;
  resolveLinks: boolean;
  /** undefined: a subscription. */
  count: number | undefined;
  filter: EventFilter | undefined;
}>;

/** Where to begin: a revision of the stream, or a commit position of the whole log. */
export type ReadStart = 'start' | 'end' | number;

export type ReadSource =
  Readonly<{ kind: 'stream'; stream: string; from: ReadStart }> | Readonly<{ kind: 'all'; from: ReadStart }>;

export const readReadRequest = (bytes: Buffer): ReadRequest => {
  const request = cursorOn(bytes);
  while (hasMore(request)) {
    const tag = readVarint(request);
    if (tag === 0x0a) return readOptions(readMessage(request));
    skipField(request, tag);
  }
  throw new MalformedMessage('options are missing: say what to read');
};

const readOptions = (cursor: Cursor): ReadRequest => {
  let source: ReadSource | undefined;
  let direction: Direction = 'forwards';
  let resolveLinks = false;
  let count: number | undefined = 0;
  let filter: EventFilter | undefined;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    switch (tag) {
      case 0x0a:
        source = readStreamSource(readMessage(cursor));
        break;
      case 0x12:
        source = { kind: 'all', from: readAllStart(readMessage(cursor)) };
        break;
      case 0x18:
        direction = readVarint(cursor) === 1 ? 'backwards' : 'forwards';
        break;
      case 0x20:
        resolveLinks = readVarint(cursor) !== 0;
        break;
      case 0x28:
        count = readVarint(cursor);
        break;
      case 0x32:
        readBytes(cursor);
        count = undefined;
        break;
      case 0x3a:
        filter = readFilter(readMessage(cursor));
        break;
      default:
        skipField(cursor, tag);
    }
  }
  if (!source) throw new MalformedMessage('neither stream nor all is given: say what to read');
  return { source, direction, resolveLinks, count, filter };
};

const readStreamSource = (cursor: Cursor): ReadSource => {
  let stream = '';
  let from: ReadStart = 'start';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    switch (tag) {
      case 0x0a:
        stream = readStreamIdentifier(readMessage(cursor));
        break;
      case 0x10:
        from = readVarint(cursor);
        break;
      case 0x22:
        readBytes(cursor);
        from = 'end';
        break;
      default:
        skipField(cursor, tag);
    }
  }
  if (stream === '') throw new MalformedMessage('stream_identifier is missing: name the stream');
  return { kind: 'stream', stream, from };
};

const readAllStart = (cursor: Cursor): ReadStart => {
  let from: ReadStart = 'start';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) from = readCommitPosition(readMessage(cursor));
    else if (tag === 0x1a) {
      readBytes(cursor);
      from = 'end';
    } else skipField(cursor, tag);
  }
  return from;
};

const readCommitPosition = (cursor: Cursor) => {
  let position = 0;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x08) position = readVarint(cursor);
    else skipField(cursor, tag);
  }
  return position;
};

/** The window that the real server searches at a time; checkpoints come at multiples of it. */
const searchWindow = 32;

const readFilter = (cursor: Cursor): EventFilter => {
  let by: EventFilter['by'] = 'type';
  let pattern: EventFilter['pattern'] = { kind: 'prefixes', prefixes: [] };
  let window = searchWindow;
  let multiplier = 1;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    switch (tag) {
      case 0x0a:
        by = 'stream';
        pattern = readPattern(readMessage(cursor));
        break;
      case 0x12:
        pattern = readPattern(readMessage(cursor));
        break;
      case 0x18:
        window = readVarint(cursor);
        break;
      case 0x28:
        multiplier = readVarint(cursor);
        break;
      default:
        skipField(cursor, tag);
    }
  }
  return { by, pattern, checkpointEvery: Math.max(1, window) * Math.max(1, multiplier) };
};

const readPattern = (cursor: Cursor): EventFilter['pattern'] => {
  const prefixes: string[] = [];
  let regex = '';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) regex = readText(cursor);
    else if (tag === 0x12) prefixes.push(readText(cursor));
    else skipField(cursor, tag);
  }
  return namePattern(regex, prefixes);
};
