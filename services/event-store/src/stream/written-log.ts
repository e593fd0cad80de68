import type { EventLog } from '../log/event-log.ts';
import { idOf } from '../log/frame.ts';
import type { GroupBuffer } from '../log/group-buffer.ts';
import { dataOf } from '../log/recorded-event.ts';
import type { Catalog } from './catalog.ts';
import { noRevision } from './commit-check.ts';

/** What was written before, the events of the group that is being put together included. */
export type WrittenLog = Readonly<{
  idAt: (ordinal: number) => string;
  /** The data of a stream's last event; `{}` where it has none. */
  lastData: (stream: string) => string;
  /** Where an event is; for a stream without events, where the log ends. */
  positionOf: (stream: string, revision: number) => number;
}>;

export const createWrittenLog = (log: EventLog, { index }: Catalog, group: GroupBuffer): WrittenLog => {
  const frameOf = (ordinal: number) => {
    const position = index.positionAt(ordinal);
    if (position >= group.position) return group.frameAt(position);
    return log.read(position, ordinal + 1 < index.size() ? index.positionAt(ordinal + 1) : log.end());
  };

  const idAt = (ordinal: number) => {
    const frame = frameOf(ordinal);
    return idOf(frame.bytes, frame.start);
  };

  const lastData = (stream: string) => {
    const id = index.streams.find(stream);
    const count = id === undefined ? 0 : index.revisions(id);
    if (id === undefined || count === 0) return '{}';
    const frame = frameOf(index.ordinalOf(id, count - 1));
    return dataOf(frame.bytes, frame.start).toString();
  };

  const positionOf = (stream: string, revision: number) => {
    const id = index.streams.find(stream);
    if (id !== undefined && revision > noRevision) return index.positionAt(index.ordinalOf(id, revision));
    return index.size() > 0 ? index.positionAt(index.size() - 1) : 0;
  };

  return { idAt, lastData, positionOf };
};
