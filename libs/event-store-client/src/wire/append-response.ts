import {
  cursorOn,
  hasMore,
  readInt64,
  readMessage,
  readText,
  readVarint,
  skipField,
  type Cursor,
} from '@karrio/protobuf';
import type { Appended, ExpectedRevision } from '../event-store.ts';

export type AppendResponse = Readonly<{ correlationId: string }> &
  (
    | Readonly<{ appended: Appended }>
    | Readonly<{ conflict: ExpectedRevision }>
    | Readonly<{ refused: RefusedAppend }>
  );

/** `reason` is the type of the error's details, such as `event_store.client.Timeout`, `code` gRPC's. */
export type RefusedAppend = Readonly<{ reason: string; code: number; message: string }>;

/** `BatchAppendResp` of streams.proto. @throws MalformedMessage */
export const decodeAppendResponse = (bytes: Buffer): AppendResponse => {
  const cursor = cursorOn(bytes);
  let correlationId = '';
  let result: Outcome = { refused: { reason: 'unknown', code: 2, message: 'the answer names no result' } };
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) correlationId = readUuid(readMessage(cursor));
    else if (tag === 0x12) result = readStatus(readMessage(cursor));
    else if (tag === 0x1a) result = { appended: readSuccess(readMessage(cursor)) };
    else skipField(cursor, tag);
  }
  return { correlationId, ...result };
};

type Outcome = { appended: Appended } | { conflict: ExpectedRevision } | { refused: RefusedAppend };

/** `UUID { Structured { int64 most = 1, least = 2 } = 1 | string = 2 }`; a server answers in either form. */
export const readUuid = (cursor: Cursor): string => {
  let uuid = '';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x12) uuid = readText(cursor).toLowerCase();
    else if (tag === 0x0a) uuid = readStructuredUuid(readMessage(cursor));
    else skipField(cursor, tag);
  }
  return uuid;
};

const readStructuredUuid = (cursor: Cursor): string => {
  const halves = [0n, 0n];
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x08) halves[0] = readInt64(cursor);
    else if (tag === 0x10) halves[1] = readInt64(cursor);
    else skipField(cursor, tag);
  }
  const hex = halves.map((half) => BigInt.asUintN(64, half).toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

const readSuccess = (cursor: Cursor): Appended => {
  let revision = 0;
  let position = 0n;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x08) revision = readVarint(cursor);
    else if (tag === 0x1a) position = readCommitPosition(readMessage(cursor));
    else skipField(cursor, tag);
  }
  return { revision, position };
};

/** `{ uint64 commit_position = 1, prepare_position = 2 }`, of several messages. */
export const readCommitPosition = (cursor: Cursor): bigint => {
  let position = 0n;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x08) position = BigInt(readVarint(cursor));
    else skipField(cursor, tag);
  }
  return position;
};

/** `google.rpc.Status { code = 1, message = 2, details = 3 }`, details an `Any { type_url = 1, value = 2 }`. */
const readStatus = (cursor: Cursor): Outcome => {
  let message = '';
  let code = 0;
  let details: { type: string; value: Cursor } = { type: 'unknown', value: cursorOn(Buffer.alloc(0)) };
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x08) code = readVarint(cursor);
    else if (tag === 0x12) message = readText(cursor);
    else if (tag === 0x1a) details = readAny(readMessage(cursor));
    else skipField(cursor, tag);
  }
  const reason = details.type.slice(details.type.lastIndexOf('/') + 1);
  return reason === 'event_store.client.WrongExpectedVersion'
    ? { conflict: readActual(details.value) }
    : { refused: { reason, code, message } };
};

const readAny = (cursor: Cursor) => {
  let type = '';
  let value = cursorOn(Buffer.alloc(0));
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) type = readText(cursor);
    else if (tag === 0x12) value = readMessage(cursor);
    else skipField(cursor, tag);
  }
  return { type, value };
};

/** `WrongExpectedVersion { current_stream_revision = 1 | current_no_stream = 2, … }` */
const readActual = (cursor: Cursor): ExpectedRevision => {
  let actual: ExpectedRevision = 'no-stream';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x08) actual = readVarint(cursor);
    else skipField(cursor, tag);
  }
  return actual;
};
