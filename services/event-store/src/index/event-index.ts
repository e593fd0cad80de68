import { createColumn } from './column.ts';
import { firstFrom } from './first-from.ts';
import { createNames, type Names } from './names.ts';
import { createPostingLists } from './posting-lists.ts';

/**
 * Where every event is, and no more: 16 bytes per event, 8 to 12 in its stream's list. An ordinal numbers the
 * events of the log from 0.
 */
export type EventIndex = Readonly<{
  streams: Names;
  types: Names;
  add: (entry: IndexEntry) => void;
  size: () => number;
  positionAt: (ordinal: number) => number;
  streamAt: (ordinal: number) => number;
  typeAt: (ordinal: number) => number;
  /** The first event at or behind a position; `size()` where there is none. */
  ordinalFrom: (position: number) => number;
  /** The lowest revision of a stream that is still in the log; `revisions` where none is. */
  firstRevision: (stream: number) => number;
  /** One behind the last revision, whether the event is still in the log or not. */
  revisions: (stream: number) => number;
  /** The lowest revision of a stream at or behind an ordinal; `revisions` where there is none. */
  revisionFrom: (stream: number, ordinal: number) => number;
  /** @throws RangeError for an event that is not in the log */
  ordinalOf: (stream: number, revision: number) => number;
  /** The events of a stream below a revision are no longer in the log. */
  removeBefore: (stream: number, revision: number) => void;
  /** A removed event keeps its ordinal until the next start. */
  isRemoved: (ordinal: number) => boolean;
}>;

/** A stream's first entry may have any revision: what stood before it was scavenged. */
export type IndexEntry = Readonly<{
  position: number;
  stream: number;
  type: number;
  revision: number;
  isTombstone: boolean;
}>;

export const createEventIndex = (): EventIndex => {
  const streams = createNames();
  const types = createNames();
  const positions = createColumn((length) => new Float64Array(length));
  const streamIds = createColumn((length) => new Uint32Array(length));
  const typeIds = createColumn((length) => new Uint32Array(length));
  const lists = createPostingLists();
  /** By stream, one behind the last ordinal that was removed; few streams lose events. */
  const removedTo = new Map<number, number>();

  const add = ({ position, stream, type, revision, isTombstone }: IndexEntry) => {
    // A tombstone has no place among the revisions: only the whole log shows it.
    if (!isTombstone) lists.add(stream, positions.size(), revision);
    positions.push(position);
    streamIds.push(stream);
    typeIds.push(type);
  };

  const ordinalFrom = (position: number) =>
    firstFrom(0, positions.size(), (ordinal) => positions.at(ordinal) >= position);

  const revisionFrom = (stream: number, ordinal: number) => {
    const end = lists.end(stream);
    // Mostly the end of a stream is asked for.
    if (end === lists.start(stream) || lists.at(stream, end - 1) < ordinal) return end;
    return firstFrom(lists.start(stream), end, (revision) => lists.at(stream, revision) >= ordinal);
  };

  const removeBefore = (stream: number, revision: number) => {
    const end = Math.min(revision, lists.end(stream));
    if (end <= lists.start(stream)) return;
    removedTo.set(stream, lists.at(stream, end - 1) + 1);
    lists.dropBefore(stream, end);
  };

  return {
    streams,
    types,
    add,
    size: positions.size,
    positionAt: positions.at,
    streamAt: streamIds.at,
    typeAt: typeIds.at,
    ordinalFrom,
    firstRevision: lists.start,
    revisions: lists.end,
    revisionFrom,
    ordinalOf: lists.at,
    removeBefore,
    isRemoved: (ordinal) => ordinal < (removedTo.get(streamIds.at(ordinal)) ?? 0),
  };
};
