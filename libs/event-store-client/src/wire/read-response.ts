import { EventMetadata } from '@karrio/contracts';
import {
  cursorOn,
  hasMore,
  readBytes,
  readMessage,
  readText,
  readVarint,
  skipField,
  type Cursor,
} from '@karrio/protobuf';
import type { Recorded } from '../event-store.ts';
import { readCommitPosition, readUuid } from './append-response.ts';

export type ReadResponse =
  /** `recorded` is undefined for what is not an event of ours: another program may share the store. */
  | Readonly<{ is: 'event'; position: bigint; recorded: Recorded | undefined }>
  | Readonly<{ is: 'checkpoint'; position: bigint }>
  | Readonly<{ is: 'caught-up' | 'fell-behind' | 'other' }>;

/**
 * `ReadResp` of streams.proto. By hand: the generated classes and the official client's conversion take
 * 50 µs an event, and every event is read by several services. @throws MalformedMessage
 */
export const decodeReadResponse = (bytes: Buffer): ReadResponse => {
  const cursor = cursorOn(bytes);
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) return readEvent(readMessage(cursor));
    if (tag === 0x1a) return { is: 'checkpoint', position: readCommitPosition(readMessage(cursor)) };
    if (tag === 0x42) return { is: 'caught-up' };
    if (tag === 0x4a) return { is: 'fell-behind' };
    skipField(cursor, tag);
  }
  return { is: 'other' };
};

/** `ReadEvent { RecordedEvent event = 1, link = 2, uint64 commit_position = 3 }` */
const readEvent = (cursor: Cursor): ReadResponse => {
  let event: ReturnType<typeof readRecorded> = { position: 0n, recorded: undefined };
  let position: bigint | undefined;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) event = readRecorded(readMessage(cursor));
    else if (tag === 0x18) position = BigInt(readVarint(cursor));
    else skipField(cursor, tag);
  }
  return { is: 'event', position: position ?? event.position, recorded: event.recorded };
};

/**
 * `RecordedEvent { id = 1, stream_identifier = 2, stream_revision = 3, prepare_position = 4, commit_position = 5,
 * metadata = 6, custom_metadata = 7, data = 8 }`
 */
const readRecorded = (cursor: Cursor) => {
  const fields = { id: '', stream: '', revision: 0, position: 0n, type: '', isJson: false, recordedAt: '' };
  let metadata: Buffer | undefined;
  let data: Buffer | undefined;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    switch (tag) {
      case 0x0a:
        fields.id = readUuid(readMessage(cursor));
        break;
      case 0x12:
        fields.stream = readStreamName(readMessage(cursor));
        break;
      case 0x18:
        fields.revision = readVarint(cursor);
        break;
      case 0x28:
        fields.position = BigInt(readVarint(cursor));
        break;
      case 0x32:
        readSystemMetadata(readMessage(cursor), fields);
        break;
      case 0x3a:
        metadata = readBytes(cursor);
        break;
      case 0x42:
        data = readBytes(cursor);
        break;
      default:
        skipField(cursor, tag);
    }
  }
  const { isJson, ...envelope } = fields;
  const ours = isJson && metadata && data ? parse(metadata, data) : undefined;
  return { position: fields.position, recorded: ours && { ...envelope, ...ours } };
};

const readStreamName = (cursor: Cursor): string => {
  let name = '';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x1a) name = readText(cursor);
    else skipField(cursor, tag);
  }
  return name;
};

/** One entry of the map of `type`, `content-type` and `created` (100 ns since 1970). */
const readSystemMetadata = (
  cursor: Cursor,
  fields: { type: string; isJson: boolean; recordedAt: string },
) => {
  let key = '';
  let value = '';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) key = readText(cursor);
    else if (tag === 0x12) value = readText(cursor);
    else skipField(cursor, tag);
  }
  if (key === 'type') fields.type = value;
  else if (key === 'content-type') fields.isJson = value === 'application/json';
  else if (key === 'created') fields.recordedAt = new Date(Number(value) / 10_000).toISOString();
};

const parse = (metadataBytes: Buffer, dataBytes: Buffer) => {
  try {
    const metadata = EventMetadata.safeParse(JSON.parse(metadataBytes.toString()));
    if (!metadata.success) return undefined;
    // oxlint-disable-next-line typescript/consistent-type-assertions -- metadata like ours, so data like ours
    const data = JSON.parse(dataBytes.toString()) as Recorded['data'];
    return { data, metadata: metadata.data };
  } catch {
    return undefined;
  }
};
