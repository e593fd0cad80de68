import type { EventLog } from '../log/event-log.ts';
import type { FrameAt } from '../log/recent-bytes.ts';
import { createdMsOf, headerOf } from '../log/frame.ts';
import { dataOf, recordedEventOf } from '../log/recorded-event.ts';
import { bytesField, message, varintField } from '@karrio/protobuf';
import { grpcFrame } from '../grpc/framing.ts';
import type { Catalog } from '../stream/catalog.ts';
import { firstVisibleRevision, isExpired } from '../stream/stream-metadata.ts';
import { lastVisibleRevision } from './last-visible-revision.ts';

const linkEventType = '$>';

/** A link with the event it points at, or alone where that is gone; undefined for an event that is no link. */
export const resolveLink = (frame: FrameAt, log: EventLog, catalog: Catalog): Buffer | undefined => {
  const { type, position } = headerOf(frame.bytes, frame.start);
  if (type !== linkEventType) return undefined;
  const link = bytesField(2, recordedEventOf(frame.bytes, frame.start));
  const target = findTarget(dataOf(frame.bytes, frame.start).toString(), log, catalog);
  const event = target ? bytesField(1, recordedEventOf(target.bytes, target.start)) : Buffer.alloc(0);
  return grpcFrame(bytesField(1, message(event, link, varintField(3, position))));
};

/** A link's data is `revision@stream`. It shows what a reader of that stream would see. */
const findTarget = (data: string, log: EventLog, catalog: Catalog): FrameAt | undefined => {
  const [, digits, stream] = /^(\d+)@(.+)$/s.exec(data) ?? [];
  const id = stream === undefined ? undefined : catalog.index.streams.find(stream);
  if (stream === undefined || id === undefined) return undefined;
  const { metadata, tombstone } = catalog.conditionOf(stream);
  const revision = Number(digits);
  const last = lastVisibleRevision(catalog, stream);
  const first = Math.max(firstVisibleRevision(metadata, last), catalog.index.firstRevision(id));
  if (tombstone !== undefined || revision < first || revision > last) return undefined;
  const ordinal = catalog.index.ordinalOf(id, revision);
  const next = ordinal + 1 < catalog.visible() ? catalog.index.positionAt(ordinal + 1) : log.end();
  const frame = log.read(catalog.index.positionAt(ordinal), next);
  return isExpired(metadata, createdMsOf(frame.bytes, frame.start), Date.now()) ? undefined : frame;
};
