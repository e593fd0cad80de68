import { fstatSync, mkdirSync } from 'node:fs';
import { createAdaptiveSync } from './adaptive-sync.ts';
import { openDurableMark, readDurableMark } from './durable-mark.ts';
import { createGroupBuffer, type GroupBuffer } from './group-buffer.ts';
import { createLogReader, type LogReader } from './log-reader.ts';
import { createRecentBytes } from './recent-bytes.ts';
import { recover, type FrameVisitor, type RestoreSegment } from './recover.ts';
import { removeDrafts } from './segment-draft.ts';
import { createSegment, segmentHeaderBytes, writeFully, type Segment } from './segment-file.ts';
import { createSegmentSet, type SegmentSet } from './segment-set.ts';
import { createSpareSegment } from './spare-segment.ts';
import { syncFoldersAbove } from './sync-folder.ts';

export type EventLogOptions = Readonly<{
  folder: string;
  segmentBytesMax: number;
  recentBytesMax: number;
  /** The log goes on without one. */
  onSpareFailure: (error: Error) => void;
}>;

export type EventLog = LogReader &
  Readonly<{
    tornBytes: number;
    end: () => number;
    /** The next group; there is one at a time. Begins a new segment when the last one is full. */
    beginGroup: () => GroupBuffer;
    /**
     * One write and one fdatasync: durable when it returns, or when the promise resolves.
     * A rejection or a throw means that nothing may be written any more.
     */
    append: (group: GroupBuffer) => Promise<void> | undefined;
    /** For scavenging: what is written to no more, and how a rewritten file takes its place. */
    segments: Pick<SegmentSet, 'newest' | 'closed' | 'replace'>;
    close: () => Promise<void>;
  }>;

/** A log that is hardly written to gets no spare segment, which takes as much disk as a full one. */
const spareFromBytes = 256 * 1024;

/** Opens the log of a folder, or begins one; `visit` sees every event of it that is not restored. */
export const openEventLog = (
  options: EventLogOptions,
  visit: FrameVisitor,
  restore?: RestoreSegment,
): EventLog => {
  const { folder, segmentBytesMax } = options;
  const { segments, mark, tornBytes, ...opened } = openSegments(folder, visit, restore);
  let end = opened.end;
  const recent = createRecentBytes(options.recentBytesMax);
  const spare = createSpareSegment(folder, segmentBytesMax, options.onSpareFailure);
  let isSpared = fstatSync(segments.newest().descriptor).size >= segmentBytesMax;
  const sync = createAdaptiveSync();

  const roll = () => {
    const file = spare.take();
    isSpared = file !== undefined;
    segments.add(createSegment(folder, end, file));
    end += segmentHeaderBytes;
  };

  const beginGroup = () => {
    const used = end - segments.newest().base;
    if (used >= spareFromBytes) spare.prepare();
    if (used >= segmentBytesMax || (!isSpared && spare.isFull())) roll();
    return createGroupBuffer(end, recent);
  };

  const written = (group: GroupBuffer) => {
    recent.keep(group.position, group.size());
    end = group.position + group.size();
    mark.moved(end);
  };

  const append = (group: GroupBuffer) => {
    const segment = segments.newest();
    writeFully(segment.descriptor, group.bytes(), group.position - segment.base);
    assertUsable(segment, mark.failure());
    const syncing = sync(segment.descriptor);
    if (syncing) return syncing.then(() => written(group));
    written(group);
    return undefined;
  };

  const close = async () => {
    await spare.close();
    await mark.close();
    segments.close();
  };

  const reader = createLogReader(segments, recent, () => end);
  return { ...reader, tornBytes, end: () => end, beginGroup, append, segments, close };
};

const openSegments = (folder: string, visit: FrameVisitor, restore?: RestoreSegment) => {
  mkdirSync(folder, { recursive: true });
  removeDrafts(folder);
  const marked = readDurableMark(folder);
  const { segments, tornBytes, ...recovered } = recover(folder, visit, marked, restore);
  const [first = beginLog(folder), ...others] = segments;
  const opened = createSegmentSet(first, ...others);
  const end = Math.max(recovered.end, opened.newest().base + segmentHeaderBytes);
  return { segments: opened, mark: openDurableMark(folder, end), tornBytes, end };
};

const beginLog = (folder: string) => {
  syncFoldersAbove(folder);
  return createSegment(folder, 0);
};

/** Bytes in a file that has no name any more are gone with the process, however well they are synced. */
const assertUsable = ({ descriptor, file }: Segment, failure: Error | undefined) => {
  if (failure) throw failure;
  if (fstatSync(descriptor).nlink === 0) throw new Error(`${file} was removed while the server was using it`);
};
