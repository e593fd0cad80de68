import type { StreamMetadata } from '../stream/stream-metadata.ts';

/**
 * What the index has of one segment, so that a start need not read it. Nothing in it depends on other segments:
 * streams, types and events are counted from 0 in each.
 */
export type SegmentSnapshot = Readonly<{
  base: number;
  /** Of a scavenged segment the stamp of its table: another one after each scavenge. Else 0. */
  stamp: number;
  /** Everything of the segment below this position is in the snapshot. */
  end: number;
  /** The last event. A log that has it there, with this checksum, is the one that the snapshot was made of. */
  last: Readonly<{ position: number; checksum: number }>;
  types: PackedTexts;
  streams: PackedTexts;
  /** Of each stream the revision of its first event in the segment; `noRevisions` where that is a tombstone. */
  firstRevisions: Numbers;
  /** For each event its position from the segment's base, its stream and its type. */
  rows: Numbers;
  /** The events that end a stream. */
  tombstones: Numbers;
  metadata: readonly SavedMetadata[];
  /** The ids of the last events, as the recent ids pack them. */
  ids: Buffer;
}>;

/** Texts as UTF-8, one behind the other: 20,000 buffers would take longer to make than to use. */
export type PackedTexts = Readonly<{ bytes: Buffer; lengths: Numbers }>;

/** Of 32 bits each. */
export type Numbers = Uint32Array | readonly number[];

/** What a metadata event says. */
export type SavedMetadata = Readonly<{ event: number; metadata: StreamMetadata }>;

export const rowLength = 3;
export const noRevisions = 0xffff_ffff;
