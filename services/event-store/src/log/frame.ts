import { crc32 } from 'node:zlib';

/**
 * One event in the log. Little endian:
 *
 *     u32 length of body · u32 crc32 of body · body
 *     body: u64 position · u32 bytes since the start of the group · u32 events of this append still to come
 *           f64 created (ms) · u32 revision · u32 type offset · u16 type length
 *           u16 name length · u16 name offset · u16 id offset · message
 *
 * The message is the event as the wire wants it (a gRPC frame with a ReadResp), so that reading an event is
 * copying bytes; the offsets count from the start of the message and point at its texts. A frame names its own
 * position, so a scan can find the next sound frame behind a damaged one.
 */
export type FrameHeader = Readonly<{
  position: number;
  groupStart: number;
  remaining: number;
  createdMs: number;
  revision: number;
  type: string;
  stream: string;
  id: string;
}>;

export const frameHeaderBytes = 8 + 40;

/** The event that ends a stream for good stands behind every revision. */
export const tombstoneRevision = 0xffff_ffff;

/** A frame can hold the largest message the server takes. */
export const bodyBytesMax = 32 * 1024 * 1024;

export type FrameFields = Readonly<{
  position: number;
  groupStart: number;
  remaining: number;
  createdMs: number;
  revision: number;
  typeOffset: number;
  typeLength: number;
  nameOffset: number;
  nameLength: number;
  idOffset: number;
}>;

/** Fills in the header of a frame whose message already stands behind it. */
export const sealFrame = (bytes: Buffer, start: number, end: number, fields: FrameFields) => {
  bytes.writeUInt32LE(end - start - 8, start);
  bytes.writeUInt32LE(fields.position % 2 ** 32, start + 8);
  bytes.writeUInt32LE(Math.floor(fields.position / 2 ** 32), start + 12);
  bytes.writeUInt32LE(fields.position - fields.groupStart, start + 16);
  bytes.writeUInt32LE(fields.remaining, start + 20);
  bytes.writeDoubleLE(fields.createdMs, start + 24);
  bytes.writeUInt32LE(fields.revision, start + 32);
  bytes.writeUInt32LE(fields.typeOffset, start + 36);
  bytes.writeUInt16LE(fields.typeLength, start + 40);
  bytes.writeUInt16LE(fields.nameLength, start + 42);
  bytes.writeUInt16LE(fields.nameOffset, start + 44);
  bytes.writeUInt16LE(fields.idOffset, start + 46);
  bytes.writeUInt32LE(crc32(bytes.subarray(start + 8, end)), start + 4);
};

export type FrameCheck = 'sound' | 'cut-off' | 'damaged';

/** `cut-off`: the bytes end before the frame does, as far as its length can be believed. */
export const checkFrame = (bytes: Buffer, start: number, position: number): FrameCheck => {
  if (bytes.length - start < 8) return 'cut-off';
  const length = bytes.readUInt32LE(start);
  if (length < frameHeaderBytes - 8 || length > bodyBytesMax) return 'damaged';
  if (bytes.length - start - 8 < length) return 'cut-off';
  if (positionOf(bytes, start) !== position) return 'damaged';
  const isSound = crc32(bytes.subarray(start + 8, start + 8 + length)) === bytes.readUInt32LE(start + 4);
  return isSound ? 'sound' : 'damaged';
};

export const frameLength = (bytes: Buffer, start: number) => 8 + bytes.readUInt32LE(start);

const positionOf = (bytes: Buffer, start: number) =>
  bytes.readUInt32LE(start + 12) * 2 ** 32 + bytes.readUInt32LE(start + 8);

export const checksumOf = (bytes: Buffer, start: number) => bytes.readUInt32LE(start + 4);

export const createdMsOf = (bytes: Buffer, start: number) => bytes.readDoubleLE(start + 24);

export const idOf = (bytes: Buffer, start: number) => {
  const at = start + frameHeaderBytes + bytes.readUInt16LE(start + 46);
  return bytes.toString('latin1', at, at + 36);
};

export const headerOf = (bytes: Buffer, start: number): FrameHeader => {
  const position = positionOf(bytes, start);
  const message = start + frameHeaderBytes;
  const type = message + bytes.readUInt32LE(start + 36);
  const name = message + bytes.readUInt16LE(start + 44);
  return {
    position,
    groupStart: position - bytes.readUInt32LE(start + 16),
    remaining: bytes.readUInt32LE(start + 20),
    createdMs: createdMsOf(bytes, start),
    revision: bytes.readUInt32LE(start + 32),
    type: bytes.toString('utf8', type, type + bytes.readUInt16LE(start + 40)),
    stream: bytes.toString('utf8', name, name + bytes.readUInt16LE(start + 42)),
    id: idOf(bytes, start),
  };
};

/** The event as it travels: a gRPC frame. */
export const messageOf = (bytes: Buffer, start: number) =>
  bytes.subarray(start + frameHeaderBytes, start + frameLength(bytes, start));
