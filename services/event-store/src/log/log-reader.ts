import type { FrameAt, RecentBytes } from './recent-bytes.ts';
import type { Segment } from './segment-file.ts';
import type { SegmentSet } from './segment-set.ts';

/** The frame at a position; `next` is where the one behind it begins. @throws UnusableSegment */
export type ReadFrame = (position: number, next: number) => FrameAt;

export type LogReader = Readonly<{
  read: ReadFrame;
  /** For one who goes through the log in order: a log that is not in memory is read in large pieces. */
  sequentialReader: () => ReadFrame;
  /** For one who goes through a stream: reads ahead as far as its frames have been near to each other. */
  streamReader: () => ReadFrame;
}>;

type ReadAhead = Readonly<{ bytesMin: number; bytesMax: number }>;

const inOrder: ReadAhead = { bytesMin: 128 * 1024, bytesMax: 128 * 1024 };

/** A read of the disk for each event of a dense stream took 5.7 µs an event; a short stream has nothing to read ahead. */
const inStream: ReadAhead = { bytesMin: 0, bytesMax: 32 * 1024 };
const nearBytes = 4 * 1024;

export const createLogReader = (segments: SegmentSet, recent: RecentBytes, end: () => number): LogReader => {
  const read: ReadFrame = (position, next) => {
    const held = recent.find(position);
    if (held) return held;
    const { segment, offset, length } = segments.locate(position, next);
    const bytes = segments.load(segment, offset, length);
    segments.assertSound(bytes, 0, position);
    return { bytes, start: 0 };
  };

  const readerWith = ({ bytesMin, bytesMax }: ReadAhead) => {
    let ahead = bytesMin;
    let from = 0;
    let bytes: Buffer = Buffer.alloc(0);
    let windowOf: Segment | undefined;
    const readNext: ReadFrame = (position, next) => {
      const held = recent.find(position);
      if (held) return held;
      const { segment, offset, length } = segments.locate(position, next);
      if (segment !== windowOf || offset < from || offset + length > from + bytes.length) {
        // Backwards nothing is read ahead.
        const isNear = segment === windowOf && offset >= from && offset - from - bytes.length <= nearBytes;
        ahead = isNear ? Math.min(Math.max(ahead * 2, nearBytes), bytesMax) : bytesMin;
        // Nothing beyond the durable end is kept: it will be written over.
        bytes = segments.load(segment, offset, Math.max(length, Math.min(ahead, end() - position)));
        from = offset;
        windowOf = segment;
      }
      segments.assertSound(bytes, offset - from, position);
      return { bytes, start: offset - from };
    };
    return readNext;
  };

  return {
    read,
    sequentialReader: () => readerWith(inOrder),
    streamReader: () => readerWith(inStream),
  };
};
