import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedIdBytes } from '../stream/recent-ids.ts';
import { softDeleted } from '../stream/stream-metadata.ts';
import type { SegmentSnapshot } from './segment-snapshot.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts';

const u32 = fc.nat(0xffff_ffff);
const position = fc.maxSafeNat();
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => Buffer.from(value));
const packed = (all: readonly Buffer[]) => ({
  bytes: Buffer.concat(all),
  lengths: Uint32Array.from(all, ({ length }) => length),
});
const texts = fc.array(text).map(packed);
const said = fc.option(fc.nat(), { nil: undefined });
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));

const metadata = fc.record({
  maxCount: said,
  maxAgeSeconds: said,
  truncateBefore: fc.oneof(fc.nat(), fc.constant(softDeleted)),
});

const snapshots: fc.Arbitrary<SegmentSnapshot> = fc
  .record({
    base: position,
    stamp: u32,
    end: position,
    last: fc.record({ position, checksum: u32 }),
    types: texts,
    streams: fc.array(fc.tuple(text, u32)),
    rows: fc.array(fc.tuple(u32, u32, u32)),
    tombstones: fc.array(u32),
    metadata: fc.array(fc.record({ event: u32, metadata })),
    ids: fc.array(bytes(packedIdBytes)),
  })
  .map(({ streams, rows, ids, ...rest }) => ({
    ...rest,
    streams: packed(streams.map(([name]) => name)),
    firstRevisions: streams.map(([, revision]) => revision),
    rows: rows.flat(),
    ids: Buffer.concat(ids),
  }));

const comparable = (snapshot: SegmentSnapshot) => ({
  ...snapshot,
  firstRevisions: [...snapshot.firstRevisions],
  rows: [...snapshot.rows],
  tombstones: [...snapshot.tombstones],
});

const encoded = (snapshot: SegmentSnapshot) => Buffer.concat([...encodeSnapshot(snapshot)]);

describe('the file of a snapshot', () => {
  it('gives back every snapshot', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const decoded = decodeSnapshot(encoded(snapshot));
        expect('snapshot' in decoded && comparable(decoded.snapshot)).toEqual(comparable(snapshot));
      }),
    );
  });

  it('is not used when any bit of it is another one, or any byte is missing', () => {
    const [snapshot] = fc.sample(snapshots, { seed: 7, numRuns: 1 });
    const file = snapshot ? encoded(snapshot) : Buffer.alloc(0);
    for (let at = 0; at < file.length; at++) {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      expect(decodeSnapshot(damaged)).toHaveProperty('unusable');
      expect(decodeSnapshot(file.subarray(0, at))).toHaveProperty('unusable');
    }
  });

  it('of another version is not used, and says so', () => {
    const [snapshot] = fc.sample(snapshots, { seed: 7, numRuns: 1 });
    const file = snapshot ? encoded(snapshot) : Buffer.alloc(0);
    file.writeUInt32LE(2, 16);
    expect(decodeSnapshot(file)).toEqual({ unusable: 'it has format 2, and this server reads 1' });
  });
});
