import { randomUUID } from 'node:crypto';
import type { EventLog } from '../log/event-log.ts';
import { idOf, tombstoneRevision } from '../log/frame.ts';
import type { EventToWrite, GroupBuffer } from '../log/group-buffer.ts';
import { dataOf } from '../log/recorded-event.ts';
import type { Catalog } from './catalog.ts';
import { checkCommit, noRevision, type StreamState } from './commit-check.ts';
import { metadataEventType, metadataStreamOf, softDeletingJson, visibleFromJson } from './stream-metadata.ts';
import type { WriteOutcome, WriteRequest } from './write-request.ts';

/** An event of a request, and the stream it goes to: a request may touch the stream's metadata too. */
type Placed = Readonly<{ stream: string; event: EventToWrite; isTombstone?: boolean }>;

export type GroupComposer = Readonly<{
  add: (request: WriteRequest) => WriteOutcome;
  group: GroupBuffer;
}>;

/** Decides requests one after the other, and encodes what they write into one group. */
export const createGroupComposer = (log: EventLog, catalog: Catalog, nowMs: number): GroupComposer => {
  const group = log.beginGroup();

  /** An event of the log, or of the group that is being put together. */
  const frameOf = (ordinal: number) => {
    const position = catalog.index.positionAt(ordinal);
    if (position >= group.position) return group.frameAt(position);
    const next = ordinal + 1 < catalog.index.size() ? catalog.index.positionAt(ordinal + 1) : log.end();
    return log.read(position, next);
  };

  const idAt = (ordinal: number) => {
    const frame = frameOf(ordinal);
    return idOf(frame.bytes, frame.start);
  };

  const lastJson = (stream: string) => {
    const id = catalog.index.streams.find(stream);
    const count = id === undefined ? 0 : catalog.index.revisions(id);
    if (id === undefined || count === 0) return '{}';
    const frame = frameOf(catalog.index.ordinalOf(id, count - 1));
    return dataOf(frame.bytes, frame.start).toString();
  };

  const positionOfRevision = (stream: string, revision: number) => {
    const id = catalog.index.streams.find(stream);
    if (id !== undefined && revision > noRevision)
      return catalog.index.positionAt(catalog.index.ordinalOf(id, revision));
    return catalog.index.size() > 0 ? catalog.index.positionAt(catalog.index.size() - 1) : 0;
  };

  const add = (request: WriteRequest): WriteOutcome => {
    if (request.deadlineMs < nowMs) return { kind: 'expired' };
    const state = catalog.stateOf(request.stream);
    const ids = request.change.kind === 'append' ? request.change.events.map(({ id }) => id) : [];
    const decision = checkCommit(state, request.expected, ids, catalog.writtenEvents(request.stream, idAt));
    switch (decision.kind) {
      case 'stream-deleted':
        return decision;
      case 'wrong-expected-version':
        return { kind: 'wrong-expected-version', lastRevision: state.lastRevision };
      case 'already-written': {
        const revision = decision.lastRevision;
        return { kind: 'written', revision, position: positionOfRevision(request.stream, revision) };
      }
      case 'write':
        return write(request, state);
    }
  };

  const write = (request: WriteRequest, state: StreamState): WriteOutcome => {
    const placed = placeEvents(request, state, lastJson);
    const positions = writePlaced(group, catalog, placed, nowMs);
    if (request.change.kind !== 'append') {
      return { kind: 'written', revision: state.lastRevision, position: positions.at(-1) ?? group.position };
    }
    const count = request.change.events.length;
    const position = positions[count - 1] ?? positionOfRevision(request.stream, state.lastRevision);
    return { kind: 'written', revision: state.lastRevision + count, position };
  };

  return { add, group };
};

/** What a request writes, its own events first. */
const placeEvents = (
  { stream, change }: WriteRequest,
  state: StreamState,
  lastJson: (stream: string) => string,
): readonly Placed[] => {
  const metadata = (of: string, json: string): Placed => ({
    stream: metadataStreamOf(of),
    event: systemEvent(metadataEventType, json),
  });
  switch (change.kind) {
    case 'soft-delete':
      return [metadata(stream, softDeletingJson)];
    case 'tombstone':
      return [{ stream, event: systemEvent('$streamDeleted', ''), isTombstone: true }];
    case 'append': {
      const placed = change.events.map((event) => ({ stream, event }));
      if (!state.isSoftDeleted || placed.length === 0) return placed;
      // A soft-deleted stream comes back with the events that are new, and keeps the old ones hidden.
      return [
        ...placed,
        metadata(stream, visibleFromJson(lastJson(metadataStreamOf(stream)), state.lastRevision + 1)),
      ];
    }
  }
};

const writePlaced = (group: GroupBuffer, catalog: Catalog, placed: readonly Placed[], createdMs: number) =>
  placed.map(({ stream, event, isTombstone = false }, index) => {
    const revision = isTombstone ? tombstoneRevision : catalog.stateOf(stream).lastRevision + 1;
    const remaining = placed.length - 1 - index;
    const position = group.add(event, { name: Buffer.from(stream), revision, remaining, createdMs });
    catalog.add({
      position,
      stream,
      type: event.type,
      id: event.id,
      isTombstone,
      data: () => dataText(event),
    });
    return position;
  });

const dataText = ({ data }: EventToWrite) =>
  Buffer.from(data.buffer, data.byteOffset, data.length).toString();

const nothing = Buffer.alloc(0);

export const systemEvent = (type: string, json: string): EventToWrite => ({
  id: randomUUID(),
  type,
  isJson: json !== '',
  data: Buffer.from(json),
  metadata: nothing,
});
