import { varintLength, writeVarint } from '@karrio/protobuf';
import { frameHeaderBytes, sealFrame, tombstoneRevision } from './frame.ts';
import type { FrameAt, RecentBytes } from './recent-bytes.ts';

export type EventToWrite = Readonly<{
  id: string;
  type: string;
  isJson: boolean;
  data: Uint8Array;
  metadata: Uint8Array;
}>;

/** Where an event of an append goes; `name` is the stream's name as UTF-8. */
export type EventPlace = Readonly<{
  name: Uint8Array;
  revision: number;
  remaining: number;
  createdMs: number;
}>;

/** The events of one group commit, encoded once: for the disk and for every reader. */
export type GroupBuffer = Readonly<{
  position: number;
  /** Returns the position of the event. */
  add: (event: EventToWrite, place: EventPlace) => number;
  /** The event at a position of this group. */
  frameAt: (position: number) => FrameAt;
  bytes: () => Buffer;
  size: () => number;
}>;

/** `position` is where the group will stand in the log. */
export const createGroupBuffer = (position: number, recent: RecentBytes): GroupBuffer => {
  let room = recent.reserve(position, 0, 0);
  let used = 0;

  const add = (event: EventToWrite, place: EventPlace) => {
    const eventPosition = position + used;
    const type = Buffer.from(event.type);
    const sizes = sizesOf(event, place, type.length, eventPosition);
    const size = frameHeaderBytes + grpcPrefixBytes + sizes.total;
    room = recent.reserve(position, used, size);
    const start = room.start + used;
    const message = start + frameHeaderBytes;
    const at = writeEvent(room.bytes, message, event, { ...place, type, position: eventPosition, sizes });
    sealFrame(room.bytes, start, start + size, {
      position: eventPosition,
      groupStart: position,
      remaining: place.remaining,
      createdMs: place.createdMs,
      revision: place.revision,
      typeOffset: at.type - message,
      typeLength: type.length,
      nameOffset: at.name - message,
      nameLength: place.name.length,
      idOffset: at.id - message,
    });
    used += size;
    return eventPosition;
  };

  return {
    position,
    add,
    frameAt: (at) => ({ bytes: room.bytes, start: room.start + at - position }),
    bytes: () => room.bytes.subarray(room.start, room.start + used),
    size: () => used,
  };
};

const grpcPrefixBytes = 5;

/** What a stream's last revision is on the wire once it is tombstoned: 2^63 - 1. */
const tombstoneRevisionVarint = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);

const typeKey = Buffer.from('\n\x04type\x12');
const contentTypes = {
  json: Buffer.from('\x32\x20\n\x0ccontent-type\x12\x10application/json'),
  binary: Buffer.from('\x32\x28\n\x0ccontent-type\x12\x18application/octet-stream'),
};
const createdKey = Buffer.from('\n\x07created\x12\x11');
/** The key, and 17 digits: valid from 1970 to 2286. A machine whose clock is not set yet says 1970. */
const createdEntryBytes = createdKey.length + 17;
const createdMsMax = 9_999_999_999_999;

type Sizes = Readonly<{ typeEntry: number; recorded: number; readEvent: number; total: number }>;

const fieldLength = (length: number) => 1 + varintLength(length) + length;

const sizesOf = (event: EventToWrite, place: EventPlace, typeLength: number, position: number): Sizes => {
  const revisionLength = place.revision === tombstoneRevision ? 9 : varintLength(place.revision);
  const positionLength = 1 + varintLength(position);
  const typeEntry = typeKey.length + varintLength(typeLength) + typeLength;
  const recorded =
    40 +
    fieldLength(fieldLength(place.name.length)) +
    1 +
    revisionLength +
    2 * positionLength +
    fieldLength(typeEntry) +
    (event.isJson ? contentTypes.json : contentTypes.binary).length +
    fieldLength(createdEntryBytes) +
    fieldLength(event.metadata.length) +
    fieldLength(event.data.length);
  const readEvent = fieldLength(recorded) + positionLength;
  return { typeEntry, recorded, readEvent, total: fieldLength(readEvent) };
};

type Encoding = EventPlace & Readonly<{ type: Buffer; position: number; sizes: Sizes }>;

/** ReadResp{event: ReadEvent{event: RecordedEvent, commit_position}} behind the five bytes of a gRPC frame. */
const writeEvent = (bytes: Buffer, start: number, event: EventToWrite, place: Encoding) => {
  const { sizes, position } = place;
  bytes[start] = 0;
  let at = bytes.writeUInt32BE(sizes.total, start + 1);
  at = writeTag(bytes, at, 0x0a, sizes.readEvent);
  at = writeTag(bytes, at, 0x0a, sizes.recorded);
  at = writeTag(bytes, at, 0x0a, 38);
  const id = writeTag(bytes, at, 0x12, 36);
  at = id + bytes.write(event.id, id, 36, 'latin1');
  at = writeTag(bytes, at, 0x12, fieldLength(place.name.length));
  const name = writeTag(bytes, at, 0x1a, place.name.length);
  bytes.set(place.name, name);
  at = writeRevision(bytes, name + place.name.length, place.revision);
  at = writeTag(bytes, at, 0x20, position);
  at = writeTag(bytes, at, 0x28, position);
  at = writeTag(bytes, at, 0x32, sizes.typeEntry);
  bytes.set(typeKey, at);
  const type = writeVarint(bytes, at + typeKey.length, place.type.length);
  bytes.set(place.type, type);
  const contentType = event.isJson ? contentTypes.json : contentTypes.binary;
  bytes.set(contentType, type + place.type.length);
  at = writeCreated(bytes, type + place.type.length + contentType.length, place.createdMs);
  at = writeField(bytes, at, 0x3a, event.metadata);
  at = writeField(bytes, at, 0x42, event.data);
  writeTag(bytes, at, 0x18, position);
  return { id, name, type };
};

const writeTag = (bytes: Buffer, at: number, tag: number, value: number) => {
  bytes[at] = tag;
  return writeVarint(bytes, at + 1, value);
};

const writeField = (bytes: Buffer, at: number, tag: number, value: Uint8Array) => {
  const start = writeTag(bytes, at, tag, value.length);
  bytes.set(value, start);
  return start + value.length;
};

const writeRevision = (bytes: Buffer, at: number, revision: number) => {
  if (revision !== tombstoneRevision) return writeTag(bytes, at, 0x18, revision);
  bytes[at] = 0x18;
  bytes.set(tombstoneRevisionVarint, at + 1);
  return at + 1 + tombstoneRevisionVarint.length;
};

/** .NET ticks of 100 ns since 1970, in decimal. */
const writeCreated = (bytes: Buffer, at: number, createdMs: number) => {
  const entry = writeTag(bytes, at, 0x32, createdEntryBytes);
  bytes.set(createdKey, entry);
  const digits = entry + createdKey.length;
  const ms = Math.min(Math.max(createdMs, 0), createdMsMax);
  return digits + bytes.write(`${String(ms).padStart(13, '0')}0000`, digits, 17, 'latin1');
};
