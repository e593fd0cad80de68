import type { FrameAt, RecentBytes } from './recent-bytes.ts';
import type { Segment } from './segment-file.ts';
import type { SegmentSet } from './segment-set.ts';

/** The frame at a position; `next` is where the one behind it begins. @throws UnusableSegment */
export type ReadFrame = (position: number, next: number) => FrameAt;

export type LogReader = Readonly<{
  read: ReadFrame;
  /** For one who goes through the log in order: a log that is not in memory is read in large pieces. */
  sequentialReader: () => ReadFrame;
}>;

const windowBytes = 128 * 1024;

export const createLogReader = (segments: SegmentSet, recent: RecentBytes, end: () => number): LogReader => {
  const read: ReadFrame = (position, next) => {
    const held = recent.find(position);
    if (held) return held;
    const { segment, offset, length } = segments.locate(position, next);
    const bytes = segments.load(segment, offset, length);
    segments.assertSound(bytes, 0, position);
    return { bytes, start: 0 };
  };

  const sequentialReader = () => {
    let from = 0;
    let bytes: Buffer = Buffer.alloc(0);
    let windowOf: Segment | undefined;
    const readNext: ReadFrame = (position, next) => {
      const held = recent.find(position);
      if (held) return held;
      const { segment, offset, length } = segments.locate(position, next);
      if (segment !== windowOf || offset < from || offset + length > from + bytes.length) {
        // Nothing beyond the durable end is kept: it will be written over.
        bytes = segments.load(segment, offset, Math.max(length, Math.min(windowBytes, end() - position)));
        from = offset;
        windowOf = segment;
      }
      segments.assertSound(bytes, offset - from, position);
      return { bytes, start: offset - from };
    };
    return readNext;
  };

  return { read, sequentialReader };
};
