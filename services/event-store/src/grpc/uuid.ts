import {
  hasMore,
  MalformedMessage,
  readInt64,
  readMessage,
  readText,
  readVarint,
  skipField,
  type Cursor,
} from '@karrio/protobuf';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID message in either of its two forms, in lower case. */
export const readUuid = (cursor: Cursor): string => {
  let text = '';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x12) text = readText(cursor).toLowerCase();
    else if (tag === 0x0a) text = readStructured(readMessage(cursor));
    else skipField(cursor, tag);
  }
  if (!pattern.test(text)) throw new MalformedMessage(`the event id "${text.slice(0, 64)}" is not a UUID`);
  return text;
};

const readStructured = (cursor: Cursor) => {
  let most = 0n;
  let least = 0n;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x08) most = readInt64(cursor);
    else if (tag === 0x10) least = readInt64(cursor);
    else skipField(cursor, tag);
  }
  const hex = hex64(most) + hex64(least);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

const hex64 = (value: bigint) => BigInt.asUintN(64, value).toString(16).padStart(16, '0');
