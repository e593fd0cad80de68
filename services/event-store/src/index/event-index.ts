import { createColumn } from './column.ts';
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
  revisions: (stream: number) => number;
  ordinalOf: (stream: number, revision: number) => number;
}>;

export type IndexEntry = Readonly<{ position: number; stream: number; type: number; isTombstone: boolean }>;

export const createEventIndex = (): EventIndex => {
  const streams = createNames();
  const types = createNames();
  const positions = createColumn((length) => new Float64Array(length));
  const streamIds = createColumn((length) => new Uint32Array(length));
  const typeIds = createColumn((length) => new Uint32Array(length));
  const lists = createPostingLists();

  const add = ({ position, stream, type, isTombstone }: IndexEntry) => {
    // A tombstone has no place among the revisions: only the whole log shows it.
    if (!isTombstone) lists.add(stream, positions.size());
    positions.push(position);
    streamIds.push(stream);
    typeIds.push(type);
  };

  const ordinalFrom = (position: number) => {
    let low = 0;
    let high = positions.size();
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (positions.at(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low;
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
    revisions: lists.count,
    ordinalOf: lists.at,
  };
};
