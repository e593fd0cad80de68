import { createEventIndex, type EventIndex, type IndexEntry } from '../index/event-index.ts';
import { noRevision, type StreamState, type WrittenEvents } from './commit-check.ts';
import { createConditions, noCondition, type Condition, type Conditions } from './conditions.ts';
import { createRecentIds, type RecentIds } from './recent-ids.ts';
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
  /** Of a tombstone it does not matter. */
  revision: number;
  isTombstone: boolean;
  data: () => string;
}>;

/** The same by numbers, and without its id. */
export type PlacedEntry = IndexEntry & Readonly<{ metadata: StreamMetadata | undefined }>;

/**
 * What the streams hold. The writer is ahead of the readers: `add` counts for the next append at once, and for
 * readers only after `publish`, which follows the fdatasync.
 */
export type Catalog = Readonly<{
  index: EventIndex;
  recentIds: RecentIds;
  add: (entry: CatalogEntry) => void;
  place: (entry: PlacedEntry) => void;
  publish: () => void;
  /** How many events of the log readers may see. */
  visible: () => number;
  /** As the writer knows it. */
  stateOf: (stream: string) => StreamState;
  writtenEvents: (stream: string, idAt: (ordinal: number) => string) => WrittenEvents;
  isTombstone: (ordinal: number) => boolean;
  /** As readers know it. */
  conditionOf: (stream: string) => Condition;
}>;

/** 2 MB of ids; a retry comes within seconds. */
export const recentIdsMax = 65_536;

export const createCatalog = (): Catalog => {
  const index = createEventIndex();
  const recentIds = createRecentIds(recentIdsMax);
  const conditions = createConditions();
  let visible = 0;

  const place = (entry: PlacedEntry) => {
    const { stream, metadata } = entry;
    if (entry.isTombstone) conditions.change(stream, { tombstone: index.size() });
    index.add(entry);
    const original = metadata && originalStreamOf(index.streams.nameOf(stream));
    if (metadata && original !== undefined) conditions.change(index.streams.idOf(original), { metadata });
  };

  const add = ({ stream, type, id, data, ...entry }: CatalogEntry) => {
    const isMetadata = type === metadataEventType && originalStreamOf(stream) !== undefined;
    const metadata = isMetadata ? parseStreamMetadata(data()) : undefined;
    recentIds.add(id, index.size());
    place({ ...entry, stream: index.streams.idOf(stream), type: index.types.idOf(type), metadata });
  };

  const publish = () => {
    visible = index.size();
    conditions.publish();
  };

  return {
    index,
    recentIds,
    add,
    place,
    publish,
    visible: () => visible,
    stateOf: (stream) => stateOf(index, conditions, stream),
    writtenEvents: (stream, idAt) => writtenEventsOf(index, recentIds, stream, idAt),
    isTombstone: (ordinal) => conditions.written(index.streamAt(ordinal))?.tombstone === ordinal,
    conditionOf: (stream) => conditionOf(index, conditions, stream),
  };
};

const writtenEventsOf = (
  index: EventIndex,
  recentIds: RecentIds,
  name: string,
  idAt: (ordinal: number) => string,
): WrittenEvents => ({
  idAt: (revision) => {
    const stream = index.streams.idOf(name);
    // A scavenged event is equal to none.
    return revision < index.firstRevision(stream) ? undefined : idAt(index.ordinalOf(stream, revision));
  },
  recentRevision: (id) => {
    const stream = index.streams.find(name);
    if (stream === undefined) return undefined;
    const isWanted = (ordinal: number) => index.streamAt(ordinal) === stream && !index.isRemoved(ordinal);
    const ordinal = recentIds.find(id, isWanted);
    return ordinal === undefined ? undefined : index.revisionFrom(stream, ordinal);
  },
});

const stateOf = ({ streams, revisions }: EventIndex, conditions: Conditions, name: string): StreamState => {
  const id = streams.find(name);
  const condition = id === undefined ? undefined : conditions.written(id);
  const original = originalStreamOf(name);
  const originalId = original === undefined ? undefined : streams.find(original);
  const ended = originalId === undefined ? undefined : conditions.written(originalId)?.tombstone;
  return {
    lastRevision: id === undefined ? noRevision : revisions(id) - 1,
    isTombstoned: (condition?.tombstone ?? ended) !== undefined,
    isSoftDeleted: condition?.metadata.truncateBefore === softDeleted,
    hasMetadata: condition !== undefined,
  };
};

/** The metadata of a stream is what its last metadata event says. */
const onlyTheLast = { ...noMetadata, maxCount: 1 };

const conditionOf = ({ streams }: EventIndex, conditions: Conditions, name: string): Condition => {
  const original = originalStreamOf(name);
  const id = streams.find(original ?? name);
  const condition = (id === undefined ? undefined : conditions.published(id)) ?? noCondition;
  return original === undefined ? condition : { ...condition, metadata: onlyTheLast };
};
