import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLog } from '../log/event-log.ts';
import { checksumOf } from '../log/frame.ts';
import { dataOf } from '../log/recorded-event.ts';
import type { ClosedSegment } from '../log/segment-set.ts';
import { createEventReader } from '../read/event-reader.ts';
import type { Catalog } from '../stream/catalog.ts';
import { packedIdBytes } from '../stream/recent-ids.ts';
import { metadataEventType, originalStreamOf, parseStreamMetadata } from '../stream/stream-metadata.ts';
import { stampOf } from './misfit.ts';
import {
  noRevisions,
  type PackedTexts,
  type SavedMetadata,
  type SegmentSnapshot,
} from './segment-snapshot.ts';

/** Some 0.5 ms. */
const eventsInTurn = 2048;

/** A retry comes within seconds. */
const idsMax = 32_768;

/** Of a segment up to `end`; undefined where it has no events. */
export const takeSnapshot = async (
  log: EventLog,
  catalog: Catalog,
  { segment, end }: ClosedSegment,
): Promise<SegmentSnapshot | undefined> => {
  const { index } = catalog;
  const from = index.ordinalFrom(segment.base);
  const to = Math.min(index.ordinalFrom(end), catalog.visible());
  // First, since what is recent now need not be so any more in some turns.
  const ids = catalog.recentIds.packed(Math.max(from, to - idsMax), to);
  const { frameOf } = createEventReader(log, catalog, { isSequential: false, resolveLinks: false });
  const collected = collectEvents(catalog, segment.base, (ordinal) => {
    const { bytes, start } = frameOf(ordinal);
    return dataOf(bytes, start).toString();
  });
  for (let ordinal = from; ordinal < to; ordinal++) {
    if (ordinal % eventsInTurn === 0) await nextTurn();
    // What a scavenge removed is not in the file any more.
    if (!index.isRemoved(ordinal)) collected.add(ordinal);
  }
  const lastOrdinal = collected.ordinals.at(-1);
  if (lastOrdinal === undefined) return undefined;
  const last = frameOf(lastOrdinal);
  return {
    base: segment.base,
    stamp: stampOf(segment),
    end,
    last: { position: index.positionAt(lastOrdinal), checksum: checksumOf(last.bytes, last.start) },
    ...collected.content(),
    ids: countedFrom(collected.ordinals, ids, Math.max(from, to - idsMax)),
  };
};

/** Gives streams and types numbers in the order of their first event. */
const createNumbers = () => {
  const numbers = new Map<number, number>();
  return {
    all: () => [...numbers.keys()],
    of: (id: number) => {
      const known = numbers.get(id);
      if (known !== undefined) return { number: known, isNew: false };
      numbers.set(id, numbers.size);
      return { number: numbers.size - 1, isNew: true };
    },
  };
};

const collectEvents = (catalog: Catalog, base: number, dataAt: (ordinal: number) => string) => {
  const { index } = catalog;
  const streams = createNumbers();
  const types = createNumbers();
  const metadataType = index.types.find(metadataEventType);
  const ordinals: number[] = [];
  const rows: number[] = [];
  const firstRevisions: number[] = [];
  const tombstones: number[] = [];
  const metadata: SavedMetadata[] = [];

  const add = (ordinal: number) => {
    const event = ordinals.push(ordinal) - 1;
    const stream = index.streamAt(ordinal);
    const type = index.typeAt(ordinal);
    const isTombstone = catalog.isTombstone(ordinal);
    const { number, isNew } = streams.of(stream);
    if (isNew) firstRevisions.push(isTombstone ? noRevisions : index.revisionFrom(stream, ordinal));
    if (isTombstone) tombstones.push(event);
    const isMetadata = type === metadataType && originalStreamOf(index.streams.nameOf(stream)) !== undefined;
    if (isMetadata) metadata.push({ event, metadata: parseStreamMetadata(dataAt(ordinal)) });
    rows.push(index.positionAt(ordinal) - base, number, types.of(type).number);
  };

  const content = () => ({
    streams: packTexts(streams.all().map(index.streams.encodedOf)),
    types: packTexts(types.all().map(index.types.encodedOf)),
    firstRevisions,
    rows,
    tombstones,
    metadata,
  });

  return { ordinals, add, content };
};

const packTexts = (texts: readonly Buffer[]): PackedTexts => ({
  bytes: Buffer.concat(texts),
  lengths: texts.map(({ length }) => length),
});

/** Recent ids count ordinals from one of them: what was removed counts no more. */
const countedFrom = (ordinals: readonly number[], ids: Buffer, from: number) => {
  const counted = Buffer.from(ids);
  let event = 0;
  let used = 0;
  for (let at = 0; at < ids.length; at += packedIdBytes) {
    const ordinal = from + ids.readUInt32LE(at);
    while ((ordinals[event] ?? Number.POSITIVE_INFINITY) < ordinal) event++;
    if (ordinals[event] !== ordinal) continue;
    ids.copy(counted, used, at, at + packedIdBytes);
    counted.writeUInt32LE(event, used);
    used += packedIdBytes;
  }
  return counted.subarray(0, used);
};
