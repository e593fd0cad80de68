import { openEventLog } from './log/event-log.ts';
import { tombstoneRevision } from './log/frame.ts';
import { lockFolder } from './log/folder-lock.ts';
import { dataOf } from './log/recorded-event.ts';
import type { ReadStore } from './read/read-store.ts';
import { createCatalog } from './stream/catalog.ts';
import { identifyLog } from './stream/log-identity.ts';
import { createWriter, type GroupFacts, type Writer } from './stream/writer.ts';
import { createTail } from './subscription/tail.ts';

export type StoreOptions = Readonly<{
  folder: string;
  segmentBytesMax: number;
  onFailure: (error: Error) => void;
  onSpareFailure: (error: Error) => void;
  onGroup: (group: GroupFacts) => void;
}>;

export type Store = AsyncDisposable & ReadStore & Readonly<{ id: string; writer: Writer }>;

/** What followers of the log read again and again stays in memory. */
const recentBytesMax = 32 * 1024 * 1024;

/** @throws FolderInUse, UnusableSegment */
export const openStore = async ({
  folder,
  segmentBytesMax,
  onFailure,
  onSpareFailure,
  onGroup,
}: StoreOptions): Promise<Store> => {
  await using opening = new AsyncDisposableStack();
  opening.use(lockFolder(folder));
  const catalog = createCatalog();
  const log = openEventLog(
    { folder, segmentBytesMax, recentBytesMax, onSpareFailure },
    (header, bytes, start) => {
      catalog.add({
        ...header,
        isTombstone: header.revision === tombstoneRevision,
        data: () => dataOf(bytes, start).toString(),
      });
    },
  );
  opening.defer(log.close);
  catalog.publish();
  const tail = createTail(catalog);
  const writer = createWriter({ log, catalog, onPublished: tail.notify, onFailure, onGroup });
  const id = await identifyLog(log, catalog, writer);
  const opened = opening.move();
  const close = async () => {
    await writer.close();
    await opened.disposeAsync();
  };
  return { id, log, catalog, tail, writer, [Symbol.asyncDispose]: close };
};
