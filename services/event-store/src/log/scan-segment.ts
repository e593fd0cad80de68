import { bodyBytesMax, checkFrame, frameHeaderBytes, frameLength, headerOf } from './frame.ts';
import { runsOf, type Run } from './frame-table.ts';
import { readUpTo, segmentHeaderBytes, type Segment } from './segment-file.ts';

/** A frame in a window of the file: valid until the next one is asked for. `offset` is its place in the file. */
export type ScannedFrame = Readonly<{
  bytes: Buffer;
  start: number;
  length: number;
  position: number;
  offset: number;
}>;

export type ScanOptions = Readonly<{ windowBytes?: number; runs?: Iterable<Run> }>;

const largeWindowBytes = 4 * 1024 * 1024;

/** The frames of a segment in order, in large reads, up to the first one that is not sound. */
export const scanFrames = function* (
  segment: Segment,
  size: number,
  { windowBytes = largeWindowBytes, runs = runsIn(segment, size) }: ScanOptions = {},
): Generator<ScannedFrame> {
  let from = 0;
  let bytes: Buffer = Buffer.alloc(0);
  for (const run of runs) {
    for (let offset = run.offset; offset < run.end;) {
      const position = segment.base + run.position + offset - run.offset;
      let check = checkFrame(bytes, offset - from, position);
      for (
        let wanted = windowBytes;
        check === 'cut-off' && from + bytes.length < size;
        wanted = bodyBytesMax
      ) {
        from = offset;
        bytes = readUpTo(segment, offset, Math.min(wanted, size - offset));
        check = checkFrame(bytes, 0, position);
      }
      if (check !== 'sound') return;
      const length = frameLength(bytes, offset - from);
      yield { bytes, start: offset - from, length, position, offset };
      offset += length;
    }
  }
};

/** A segment that was not scavenged is one run; `begin` is the offset of the first frame that is wanted of it. */
export const runsIn = ({ table }: Segment, size: number, begin = segmentHeaderBytes): Iterable<Run> =>
  table ? runsOf(table) : [{ position: begin, offset: begin, end: size }];

/** Nothing but zeros from here on. */
export const isBlank = (segment: Segment, offset: number, size: number) => {
  const zeros = Buffer.alloc(Math.min(largeWindowBytes, size - offset));
  for (let at = offset; at < size; at += zeros.length) {
    const bytes = readUpTo(segment, at, Math.min(zeros.length, size - at));
    if (!bytes.equals(zeros.subarray(0, bytes.length))) return false;
  }
  return true;
};

/**
 * A group is written only after the one before is durable. So a sound frame of a later group proves that the
 * damaged bytes had been durable; a sound frame of the same group only shows that the disk wrote out of order.
 */
export const hasLaterGroup = (segment: Segment, damagedAt: number, size: number) => {
  const run = { position: damagedAt, offset: damagedAt, end: size };
  for (const { bytes, start } of soundFrames(segment, run, damagedAt + 1)) {
    if (headerOf(bytes, start).groupStart > segment.base + damagedAt) return true;
  }
  return false;
};

/** Every sound frame of a run behind an offset, whatever is between them: a frame names its position. */
export const soundFrames = function* (segment: Segment, run: Run, from: number) {
  const bytes = readUpTo(segment, from, run.end - from);
  for (let start = 0; start + frameHeaderBytes <= bytes.length; start++) {
    const position = segment.base + run.position + from + start - run.offset;
    if (bytes.readUInt32LE(start + 8) !== position % 2 ** 32) continue;
    if (checkFrame(bytes, start, position) === 'sound') yield { bytes, start, offset: from + start };
  }
};
