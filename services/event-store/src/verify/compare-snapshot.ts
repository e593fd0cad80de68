import type { FrameHeader } from '../log/frame.ts';
import type { Segment } from '../log/segment-file.ts';
import { rowLength, type PackedTexts, type SegmentSnapshot } from '../snapshot/segment-snapshot.ts';
import { readSnapshot, snapshotFileOf } from '../snapshot/snapshot-file.ts';

/** Whether the snapshot of a segment says what the segment says. */
export type SnapshotComparison = Readonly<{
  see: (header: FrameHeader) => void;
  /** What of the segment cannot be read can not be compared. */
  giveUp: () => void;
  /** All of the segment was seen. */
  end: () => void;
}>;

type Report = (file: string, problem: string) => void;

const nothingToCompare: SnapshotComparison = {
  see: () => undefined,
  giveUp: () => undefined,
  end: () => undefined,
};

/** There may be none, or one from before a scavenge, which the next start does not use. */
export const compareSnapshot = ({ file, table }: Segment, report: Report): SnapshotComparison => {
  const snapshotFile = snapshotFileOf(file);
  const read = readSnapshot(snapshotFile);
  if (!read) return nothingToCompare;
  if ('unusable' in read) {
    report(snapshotFile, `${read.unusable}: remove the file, it is made anew`);
    return nothingToCompare;
  }
  if (read.snapshot.stamp !== (table?.stamp ?? 0)) return nothingToCompare;
  return compare(read.snapshot, (problem) => {
    report(snapshotFile, `${problem}: remove the file, it is made anew`);
  });
};

const compare = (snapshot: SegmentSnapshot, report: (problem: string) => void): SnapshotComparison => {
  const { rows, base } = snapshot;
  const streams = textsOf(snapshot.streams);
  const types = textsOf(snapshot.types);
  let row = 0;
  let isOver = false;

  const differ = (position: number) => {
    isOver = true;
    report(`it does not say what the segment says of the event at position ${String(position)}`);
  };

  const see = ({ position, stream, type }: FrameHeader) => {
    if (isOver || position >= snapshot.end) return;
    const isSame =
      base + (rows[row] ?? 0) === position &&
      streams[rows[row + 1] ?? 0] === stream &&
      types[rows[row + 2] ?? 0] === type;
    row += rowLength;
    if (!isSame) differ(position);
  };

  const end = () => {
    if (!isOver && row < rows.length) differ(base + (rows[row] ?? 0));
  };

  const giveUp = () => {
    isOver = true;
  };

  return { see, giveUp, end };
};

const textsOf = ({ bytes, lengths }: PackedTexts) => {
  let at = 0;
  return Array.from(lengths, (length) => bytes.toString('utf8', at, (at += length)));
};
