import { createEventIndex, type EventIndex } from '../index/event-index.ts';
import { noRevision, type StreamState, type WrittenEvents } from './commit-check.ts';
import { createRecentIds } from './recent-ids.ts';
import {
  metadataEventType,
  noMetadata,
  originalStreamOf,
  parseStreamMetadata,
  softDeleted,
  type StreamMetadata,
} from './stream-metadata.ts';

/** An event that has its place in the log. */
export type CatalogEntry = Readonly<{
  position: number;
  stream: string;
  type: string;
  id: string;
  isTombstone: boolean;
  data: () => string;
}>;

/** What is said about a stream as a whole. */
export type Condition = Readonly<{ metadata: StreamMetadata; tombstone: number | undefined }>;

/**
 * What the streams hold. The writer is ahead of the readers: `add` counts for the next append at once, and for
 * readers only after `publish`, which follows the fdatasync.
 */
export type Catalog = Readonly<{
  index: EventIndex;
  add: (entry: CatalogEntry) => void;
  publish: () => void;
  /** How many events of the log readers may see. */
  visible: () => number;
  stateOf: (stream: string) => StreamState;
  writtenEvents: (stream: string, idAt: (ordinal: number) => string) => WrittenEvents;
  conditionOf: (stream: string) => Condition;
}>;

/** The metadata of a stream is what its last metadata event says. */
const metadataStreamCondition: Condition = { metadata: { ...noMetadata, maxCount: 1 }, tombstone: undefined };
const noCondition: Condition = { metadata: noMetadata, tombstone: undefined };

/** About 8 MB of ids; a retry comes within seconds. */
const recentIdsMax = 32_768;

export const createCatalog = (): Catalog => {
  const index = createEventIndex();
  const recentIds = createRecentIds(recentIdsMax);
  const published = new Map<number, Condition>();
  const written = new Map<number, Condition>();
  let visible = 0;

  const writtenCondition = (stream: number) => written.get(stream) ?? published.get(stream);

  const add = (entry: CatalogEntry) => {
    const ordinal = index.size();
    const stream = index.streams.idOf(entry.stream);
    index.add({ ...entry, stream, type: index.types.idOf(entry.type) });
    recentIds.add(entry.id, ordinal);
    if (entry.isTombstone) {
      written.set(stream, { metadata: writtenCondition(stream)?.metadata ?? noMetadata, tombstone: ordinal });
      return;
    }
    const original = entry.type === metadataEventType ? originalStreamOf(entry.stream) : undefined;
    if (original === undefined) return;
    const originalId = index.streams.idOf(original);
    const tombstone = writtenCondition(originalId)?.tombstone;
    written.set(originalId, { metadata: parseStreamMetadata(entry.data()), tombstone });
  };

  const publish = () => {
    visible = index.size();
    for (const [stream, condition] of written) published.set(stream, condition);
    written.clear();
  };

  const isTombstoned = (name: string) => {
    const id = index.streams.find(name);
    return id !== undefined && writtenCondition(id)?.tombstone !== undefined;
  };

  const stateOf = (name: string): StreamState => {
    const id = index.streams.find(name);
    const original = originalStreamOf(name);
    const condition = id === undefined ? undefined : writtenCondition(id);
    return {
      lastRevision: id === undefined ? noRevision : index.revisions(id) - 1,
      isTombstoned: condition?.tombstone !== undefined || (original !== undefined && isTombstoned(original)),
      isSoftDeleted: condition?.metadata.truncateBefore === softDeleted,
      hasMetadata: condition !== undefined,
    };
  };

  const writtenEvents = (name: string, idAt: (ordinal: number) => string): WrittenEvents => ({
    idAt: (revision) => idAt(index.ordinalOf(index.streams.idOf(name), revision)),
    recentRevision: (id) => {
      const ordinal = recentIds.find(id);
      const stream = index.streams.find(name);
      if (ordinal === undefined || stream === undefined || index.streamAt(ordinal) !== stream)
        return undefined;
      return revisionAt(index, stream, ordinal);
    },
  });

  const conditionOf = (name: string): Condition => {
    const original = originalStreamOf(name);
    const id = index.streams.find(original ?? name);
    const condition = (id === undefined ? undefined : published.get(id)) ?? noCondition;
    if (original === undefined) return condition;
    return { ...metadataStreamCondition, tombstone: condition.tombstone };
  };

  return { index, add, publish, visible: () => visible, stateOf, writtenEvents, conditionOf };
};

const revisionAt = (index: EventIndex, stream: number, ordinal: number) => {
  let low = 0;
  let high = index.revisions(stream) - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index.ordinalOf(stream, middle) < ordinal) low = middle + 1;
    else high = middle;
  }
  return low;
};
