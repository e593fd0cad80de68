import { closeSync, fstatSync, statSync, type BigIntStats } from 'node:fs';
import { readDurableMark } from '../log/durable-mark.ts';
import { damagedAt, listSegments, openSegment, type Segment } from '../log/segment-file.ts';
import { syncFolder } from '../log/sync-folder.ts';
import { copySegment, hasCopy, wholeBytes } from './copy-segment.ts';

export type CopyProgress = Readonly<{ segments: number; segmentsDone: number; copiedBytes: number }>;

/**
 * Copies every segment as it was at one moment. A scavenge may rewrite some meanwhile, for reasons that stand in
 * events which a copy made before does not have; then they are copied again, and the newest segment after them.
 */
export const copyLog = (
  from: string,
  to: string,
  onCopied: (progress: CopyProgress) => void,
): CopyProgress => {
  // Read first: what is written meanwhile is not behind it yet.
  const durableEnd = readDurableMark(from);
  const copies = createCopies(to);
  for (;;) {
    const files = listSegments(from);
    const closed = files.slice(0, -1);
    const newest = files.at(-1);
    for (const [index, { file, base }] of closed.entries()) {
      copies.copyClosed(file, base, files[index + 1]?.base ?? base);
      onCopied({ segments: files.length, segmentsDone: index + 1, copiedBytes: copies.bytes() });
    }
    const isNewest = newest === undefined || copies.copyNewest(newest.file, newest.base, durableEnd);
    if (!isNewest || !closed.every(({ file }) => copies.isCurrent(file))) continue;
    syncFolder(to);
    return { segments: files.length, segmentsDone: files.length, copiedBytes: copies.bytes() };
  }
};

const createCopies = (folder: string) => {
  const copied = new Map<string, string>();
  let bytes = 0;

  const isCurrent = (file: string) => copied.get(file) === identityOf(statSync(file, { bigint: true }));

  const copy = (segment: Segment, length: number) => {
    if (hasCopy(segment, length, folder)) return;
    copySegment(segment, length, folder);
    bytes += length;
  };

  const copyClosed = (file: string, base: number, end: number) => {
    if (isCurrent(file)) return;
    withSegment(file, base, (segment) => {
      if (!segment) throw damagedAt({ file }, 0);
      const stats = fstatSync(segment.descriptor, { bigint: true });
      copy(segment, segment.table ? Number(stats.size) : end - base);
      copied.set(file, identityOf(stats));
    });
  };

  /** false where it is not the newest any more, and was even scavenged. */
  const copyNewest = (file: string, base: number, durableEnd: number) =>
    withSegment(file, base, (segment) => {
      // Its server has only just made the file, or ended in that moment: there is no event in it.
      if (!segment) return true;
      if (segment.table) return false;
      const length = wholeBytes(segment);
      if (base + length < durableEnd) throw damagedAt(segment, length);
      copy(segment, length);
      return true;
    });

  return { isCurrent, copyClosed, copyNewest, bytes: () => bytes };
};

const identityOf = ({ ino, mtimeNs }: BigIntStats) => `${String(ino)} ${String(mtimeNs)}`;

const withSegment = <T>(file: string, base: number, use: (segment: Segment | undefined) => T): T => {
  const segment = openSegment(file, base, 'r');
  try {
    return use(segment);
  } finally {
    if (segment) closeSync(segment.descriptor);
  }
};
