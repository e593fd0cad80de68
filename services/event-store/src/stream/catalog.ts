import { createEventIndex, type EventIndex } from '../index/event-index.ts';
import { noRevision, type StreamState, type WrittenEvents } from './commit-check.ts';
import { createConditions, noCondition, type Condition, type Conditions } from './conditions.ts';
import { createRecentIds } from './recent-ids.ts';
import {
  metadataEventType,
  noMetadata,
  originalStreamOf,
  parseStreamMetadata,
  softDeleted,
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
  /** As the writer knows it. */
  stateOf: (stream: string) => StreamState;
  writtenEvents: (stream: string, idAt: (ordinal: number) => string) => WrittenEvents;
  /** As readers know it. */
  conditionOf: (stream: string) => Condition;
}>;

/** 2 MB of ids; a retry comes within seconds. */
const recentIdsMax = 65_536;

export const createCatalog = (): Catalog => {
  const index = createEventIndex();
  const recentIds = createRecentIds(recentIdsMax);
  const conditions = createConditions();
  let visible = 0;

  const add = (entry: CatalogEntry) => {
    const ordinal = index.size();
    const stream = index.streams.idOf(entry.stream);
    index.add({ ...entry, stream, type: index.types.idOf(entry.type) });
    recentIds.add(entry.id, ordinal);
    if (entry.isTombstone) conditions.change(stream, { tombstone: ordinal });
    const original = entry.type === metadataEventType ? originalStreamOf(entry.stream) : undefined;
    if (original === undefined) return;
    conditions.change(index.streams.idOf(original), { metadata: parseStreamMetadata(entry.data()) });
  };

  const publish = () => {
    visible = index.size();
    conditions.publish();
  };

  const writtenEvents = (name: string, idAt: (ordinal: number) => string): WrittenEvents => ({
    idAt: (revision) => {
      const stream = index.streams.idOf(name);
      // A scavenged event is equal to none.
      return revision < index.firstRevision(stream) ? undefined : idAt(index.ordinalOf(stream, revision));
    },
    recentRevision: (id) => {
      const stream = index.streams.find(name);
      if (stream === undefined) return undefined;
      const ordinal = recentIds.find(
        id,
        (found) => index.streamAt(found) === stream && !index.isRemoved(found),
      );
      if (ordinal === undefined) return undefined;
      return revisionAt(index, stream, ordinal);
    },
  });

  return {
    index,
    add,
    publish,
    visible: () => visible,
    stateOf: (stream) => stateOf(index, conditions, stream),
    writtenEvents,
    conditionOf: (stream) => conditionOf(index, conditions, stream),
  };
};

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

/** A stream's events are in the order of the log. */
const revisionAt = (index: EventIndex, stream: number, ordinal: number) => {
  let low = index.firstRevision(stream);
  let high = index.revisions(stream) - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index.ordinalOf(stream, middle) < ordinal) low = middle + 1;
    else high = middle;
  }
  return low;
};
