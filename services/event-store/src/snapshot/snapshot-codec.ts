import { crc32 } from 'node:zlib';
import type { StreamMetadata } from '../stream/stream-metadata.ts';
import { rowLength, type Numbers, type SegmentSnapshot } from './segment-snapshot.ts';

/**
 * Little endian:
 *
 *     `KARRIO-SNAPSHOT\n` · u32 version · u32 stamp · f64 base · f64 end · f64 last position · u32 its checksum
 *     u32 types · u32 streams · u32 events · u32 tombstones · u32 metadata · u32 bytes of ids
 *     u32 length of each type and each stream's name · u32 first revision of each stream
 *     for each event: u32 position - base · u32 stream · u32 type
 *     u32 event of each tombstone and each metadata
 *     for each metadata: f64 max count · f64 max age · f64 truncate before (NaN: not said)
 *     types, names and ids · u32 crc32 of everything before
 */
const magic = Buffer.from('KARRIO-SNAPSHOT\n');
const formatVersion = 1;
const headerBytes = 76;
const checksumBytes = 4;

/** In pieces of less than 0.5 ms each, so that others can have the event loop in between. */
export const encodeSnapshot = function* (snapshot: SegmentSnapshot): Generator<Buffer> {
  let checksum = 0;
  for (const piece of piecesOf(snapshot)) {
    checksum = crc32(piece, checksum);
    yield piece;
  }
  const trailer = Buffer.alloc(checksumBytes);
  trailer.writeUInt32LE(checksum);
  yield trailer;
};

/** The snapshot, or why the file is none that this server can use. */
export type DecodedSnapshot = Readonly<{ snapshot: SegmentSnapshot }> | Readonly<{ unusable: string }>;

export const decodeSnapshot = (file: Buffer): DecodedSnapshot => {
  if (file.length < headerBytes + checksumBytes || !file.subarray(0, magic.length).equals(magic))
    return { unusable: 'it does not begin as a snapshot' };
  const version = file.readUInt32LE(16);
  if (version !== formatVersion)
    return { unusable: `it has format ${String(version)}, and this server reads ${String(formatVersion)}` };
  const content = file.subarray(0, -checksumBytes);
  if (crc32(content) !== file.readUInt32LE(content.length)) return { unusable: 'it is damaged' };
  return { snapshot: decodeContent(content) };
};

const piecesOf = function* (snapshot: SegmentSnapshot): Generator<Buffer> {
  const { types, streams, firstRevisions, rows, tombstones, metadata, ids } = snapshot;
  yield encodeHeader(snapshot);
  const metadataEvents = metadata.map(({ event }) => event);
  for (const numbers of [types.lengths, streams.lengths, firstRevisions, rows, tombstones, metadataEvents])
    yield* encodeNumbers(numbers);
  for (const said of metadata) yield encodeMetadata(said.metadata);
  yield types.bytes;
  yield streams.bytes;
  yield ids;
};

const encodeHeader = (snapshot: SegmentSnapshot) => {
  const { types, streams, rows, tombstones, metadata, ids } = snapshot;
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(formatVersion, 16);
  header.writeUInt32LE(snapshot.stamp, 20);
  header.writeDoubleLE(snapshot.base, 24);
  header.writeDoubleLE(snapshot.end, 32);
  header.writeDoubleLE(snapshot.last.position, 40);
  header.writeUInt32LE(snapshot.last.checksum, 48);
  const counts = [types.lengths, streams.lengths, rows, tombstones, metadata, ids].map(
    ({ length }) => length,
  );
  counts[2] = rows.length / rowLength;
  for (const [index, count] of counts.entries()) header.writeUInt32LE(count, 52 + index * 4);
  return header;
};

const numbersInPiece = 16_384;

const encodeNumbers = function* (numbers: Numbers): Generator<Buffer> {
  for (let from = 0; from < numbers.length; from += numbersInPiece) {
    const count = Math.min(numbersInPiece, numbers.length - from);
    const piece = Buffer.allocUnsafe(count * 4);
    for (let index = 0; index < count; index++) piece.writeUInt32LE(numbers[from + index] ?? 0, index * 4);
    yield piece;
  }
};

const encodeMetadata = ({ maxCount, maxAgeSeconds, truncateBefore }: StreamMetadata) => {
  const bytes = Buffer.alloc(24);
  bytes.writeDoubleLE(maxCount ?? Number.NaN, 0);
  bytes.writeDoubleLE(maxAgeSeconds ?? Number.NaN, 8);
  bytes.writeDoubleLE(truncateBefore, 16);
  return bytes;
};

const decodeContent = (content: Buffer): SegmentSnapshot => {
  const count = (index: number) => content.readUInt32LE(52 + index * 4);
  let at = headerBytes;
  const take = (length: number) => content.subarray(at, (at += length));
  const numbers = (length: number) => {
    const bytes = take(length * 4);
    const decoded = new Uint32Array(length);
    for (let index = 0; index < length; index++) decoded[index] = bytes.readUInt32LE(index * 4);
    return decoded;
  };
  const typeLengths = numbers(count(0));
  const streamLengths = numbers(count(1));
  const firstRevisions = numbers(count(1));
  const rows = numbers(count(2) * rowLength);
  const tombstones = numbers(count(3));
  const metadata = [...numbers(count(4))].map((event) => ({ event, metadata: decodeMetadata(take(24)) }));
  const texts = (lengths: Uint32Array) => ({
    bytes: take(lengths.reduce((sum, length) => sum + length, 0)),
    lengths,
  });
  return {
    stamp: content.readUInt32LE(20),
    base: content.readDoubleLE(24),
    end: content.readDoubleLE(32),
    last: { position: content.readDoubleLE(40), checksum: content.readUInt32LE(48) },
    types: texts(typeLengths),
    streams: texts(streamLengths),
    firstRevisions,
    rows,
    tombstones,
    metadata,
    ids: take(count(5)),
  };
};

const decodeMetadata = (bytes: Buffer): StreamMetadata => ({
  maxCount: saidNumber(bytes.readDoubleLE(0)),
  maxAgeSeconds: saidNumber(bytes.readDoubleLE(8)),
  truncateBefore: bytes.readDoubleLE(16),
});

const saidNumber = (value: number) => (Number.isNaN(value) ? undefined : value);
