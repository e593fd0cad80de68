import { assertNoUnfinishedBackup } from './backup/backup-note.ts';
import { openEventLog } from './log/event-log.ts';
import { tombstoneRevision } from './log/frame.ts';
import { lockFolder } from './log/folder-lock.ts';
import { dataOf } from './log/recorded-event.ts';
import type { ReadStore } from './read/read-store.ts';
import { keepSnapshots } from './snapshot/keep-snapshots.ts';
import { restoreSnapshots } from './snapshot/restore-snapshots.ts';
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
  /** The segment is read instead. */
  onSnapshotIgnored: (file: string, reason: string) => void;
  onSnapshotFailure: (error: Error) => void;
}>;

export type Store = AsyncDisposable & ReadStore & Readonly<{ id: string; writer: Writer }>;

/** What followers of the log read again and again stays in memory. */
const recentBytesMax = 32 * 1024 * 1024;

/** @throws FolderInUse, UnusableSegment */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const { folder, segmentBytesMax, onFailure, onSpareFailure, onGroup } = options;
  await using opening = new AsyncDisposableStack();
  opening.use(lockFolder(folder));
  assertNoUnfinishedBackup(folder);
  const catalog = createCatalog();
  const { restore, covered } = restoreSnapshots(catalog, options.onSnapshotIgnored);
  const log = openEventLog(
    { folder, segmentBytesMax, recentBytesMax, onSpareFailure },
    (header, bytes, start) => {
      catalog.add({
        ...header,
        isTombstone: header.revision === tombstoneRevision,
        data: () => dataOf(bytes, start).toString(),
      });
    },
    restore,
  );
  opening.defer(log.close);
  catalog.publish();
  const tail = createTail(catalog);
  const keeper = keepSnapshots({ log, catalog, covered, onFailure: options.onSnapshotFailure });
  opening.defer(keeper.close);
  const onPublished = (from: number, to: number) => {
    tail.notify(from, to);
    keeper.look();
  };
  const writer = createWriter({ log, catalog, onPublished, onFailure, onGroup });
  const id = await identifyLog(log, catalog, writer);
  keeper.look();
  const opened = opening.move();
  const close = async () => {
    await writer.close();
    await opened.disposeAsync();
  };
  return { id, log, catalog, tail, writer, [Symbol.asyncDispose]: close };
};
