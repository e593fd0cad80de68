import { randomUUID } from 'node:crypto';
import { headerOf } from '../../src/log/frame.ts';
import { dataOf } from '../../src/log/recorded-event.ts';
import { openStore, type Store } from '../../src/open-store.ts';
import type { WriteOutcome } from '../../src/stream/write-request.ts';

export type KeptEvent = Readonly<{
  position: number;
  stream: string;
  revision: number;
  id: string;
  data: Buffer;
}>;

/** How much of the log readers may see. */
export type Visible = Readonly<{ count: number; lastPosition: number }>;

export type OpenedFolder = Readonly<{
  store: Store;
  events: () => readonly KeptEvent[];
  visible: () => Visible;
  append: (stream: string) => Promise<WriteOutcome>;
}>;

/** The store of a folder without its server. Whatever it complains of is a fault. */
export const openFolder = async (
  folder: string,
  segmentBytesMax: number,
  onFailure: (error: Error) => void = raise,
): Promise<OpenedFolder> => {
  const store = await openStore({
    folder,
    segmentBytesMax,
    onFailure,
    onSpareFailure: onFailure,
    onGroup: () => undefined,
    onSnapshotIgnored: () => undefined,
    onSnapshotFailure: onFailure,
  });
  const { log, catalog } = store;

  const events = () => {
    const read = log.sequentialReader();
    return Array.from({ length: catalog.visible() }, (_, ordinal): KeptEvent => {
      const position = catalog.index.positionAt(ordinal);
      const next = ordinal + 1 < catalog.visible() ? catalog.index.positionAt(ordinal + 1) : log.end();
      const { bytes, start } = read(position, next);
      const { stream, revision, id } = headerOf(bytes, start);
      return { position, stream, revision, id, data: Buffer.from(dataOf(bytes, start)) };
    });
  };

  const visible = () => {
    const count = catalog.visible();
    return { count, lastPosition: count > 0 ? catalog.index.positionAt(count - 1) : 0 };
  };

  const append = (stream: string) =>
    new Promise<WriteOutcome>((settle) => {
      const event = { id: randomUUID(), type: 'T', isJson: true, data: Buffer.from('{}'), metadata: nothing };
      store.writer.submit({
        stream,
        expected: { kind: 'any' },
        change: { kind: 'append', events: [event] },
        deadlineMs: Number.POSITIVE_INFINITY,
        settle,
      });
    });

  return { store, events, visible, append };
};

const nothing = Buffer.alloc(0);

const raise = (error: Error) => {
  throw error;
};
