import type { FrameAt, RecentBytes } from './recent-bytes.ts';
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
    const bytes = segments.load(position, segments.frameEnd(position, next) - position);
    segments.assertSound(bytes, 0, position);
    return { bytes, start: 0 };
  };

  const sequentialReader = () => {
    let from = 0;
    let bytes: Buffer = Buffer.alloc(0);
    const readNext: ReadFrame = (position, next) => {
      const held = recent.find(position);
      if (held) return held;
      const frameEnd = segments.frameEnd(position, next);
      if (position < from || frameEnd > from + bytes.length) {
        // Nothing beyond the durable end is kept: it will be written over.
        bytes = segments.load(
          position,
          Math.max(frameEnd - position, Math.min(windowBytes, end() - position)),
        );
        from = position;
      }
      segments.assertSound(bytes, position - from, position);
      return { bytes, start: position - from };
    };
    return readNext;
  };

  return { read, sequentialReader };
};
