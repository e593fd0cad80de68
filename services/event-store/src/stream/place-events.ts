import { randomUUID } from 'node:crypto';
import type { EventToWrite } from '../log/group-buffer.ts';
import type { Catalog } from './catalog.ts';
import type { StreamState } from './commit-check.ts';
import {
  metadataEventType,
  metadataStreamOf,
  originalStreamOf,
  softDeletingJson,
  visibleFromJson,
} from './stream-metadata.ts';
import type { WriteRequest } from './write-request.ts';
import type { WrittenLog } from './written-log.ts';

/** An event of a request, and the stream it goes to: a request may touch the stream's metadata too. */
export type Placed = Readonly<{ stream: string; event: EventToWrite; isTombstone?: boolean }>;

/** What a request writes, its own events first. */
export const placeEvents = (
  { stream, change }: WriteRequest,
  state: StreamState,
  catalog: Catalog,
  written: WrittenLog,
): readonly Placed[] => {
  switch (change.kind) {
    case 'soft-delete':
      return [metadataEvent(stream, softDeletingJson)];
    case 'tombstone':
      return [{ stream, event: systemEvent('$streamDeleted', ''), isTombstone: true }];
    case 'append':
      return [
        ...change.events.map((event) => ({ stream, event })),
        ...(state.isSoftDeleted
          ? revive(stream, state.lastRevision, written.lastData(metadataStreamOf(stream)))
          : []),
        ...reviveOriginal(stream, change.events.at(-1), catalog, written),
      ];
  }
};

/** Metadata that is written to a soft-deleted stream. */
const reviveOriginal = (
  stream: string,
  last: EventToWrite | undefined,
  catalog: Catalog,
  written: WrittenLog,
): readonly Placed[] => {
  const original = originalStreamOf(stream);
  if (original === undefined) return [];
  const { isSoftDeleted, lastRevision } = catalog.stateOf(original);
  return isSoftDeleted
    ? revive(original, lastRevision, last ? dataText(last) : written.lastData(stream))
    : [];
};

/**
 * A soft-deleted stream comes back, with the first write to it or to its metadata. What it held before stays
 * hidden, unless its new metadata is none: then nothing hides it.
 */
const revive = (stream: string, lastRevision: number, metadataJson: string): readonly Placed[] => {
  const json = visibleFromJson(metadataJson, lastRevision + 1);
  return json === undefined ? [] : [metadataEvent(stream, json)];
};

export const dataText = ({ data }: EventToWrite) =>
  Buffer.from(data.buffer, data.byteOffset, data.length).toString();

const metadataEvent = (stream: string, json: string): Placed => ({
  stream: metadataStreamOf(stream),
  event: systemEvent(metadataEventType, json),
});

const nothing = Buffer.alloc(0);

const systemEvent = (type: string, json: string): EventToWrite => ({
  id: randomUUID(),
  type,
  isJson: json !== '',
  data: Buffer.from(json),
  metadata: nothing,
});
