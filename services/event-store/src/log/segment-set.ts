import { closeSync } from 'node:fs';
import { checkFrame } from './frame.ts';
import { readUpTo, segmentHeaderBytes, UnusableSegment, type Segment } from './segment-file.ts';

/** The segments of a log, found by position. */
export type SegmentSet = Readonly<{
  newest: () => Segment;
  add: (segment: Segment) => void;
  /** Bytes of one segment; fewer than wanted where it ends. */
  load: (position: number, wanted: number) => Buffer;
  /** Where a frame ends, given where the next one begins: that may be behind the header of the next segment. */
  frameEnd: (position: number, next: number) => number;
  /** @throws UnusableSegment when the disk gives back other bytes than were written. */
  assertSound: (bytes: Buffer, start: number, position: number) => void;
  close: () => void;
}>;

export const createSegmentSet = (first: Segment, ...others: readonly Segment[]): SegmentSet => {
  const segments = [first, ...others];

  const indexOf = (position: number) => {
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((segments[middle]?.base ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  const segmentOf = (position: number) => segments[indexOf(position)] ?? first;

  const load = (position: number, wanted: number) => {
    const segment = segmentOf(position);
    const end = segments[indexOf(position) + 1]?.base ?? Number.POSITIVE_INFINITY;
    return readUpTo(segment, position - segment.base, Math.min(wanted, end - position));
  };

  const frameEnd = (position: number, next: number) => {
    const { base } = segmentOf(next);
    return next === base + segmentHeaderBytes && position < base ? base : next;
  };

  const assertSound = (bytes: Buffer, start: number, position: number) => {
    if (checkFrame(bytes, start, position) === 'sound') return;
    const { file, base } = segmentOf(position);
    throw new UnusableSegment(
      `${file} is damaged at offset ${String(position - base)}: it was sound when it was written`,
    );
  };

  return {
    newest: () => segments.at(-1) ?? first,
    add: (segment) => segments.push(segment),
    load,
    frameEnd,
    assertSound,
    close: () => {
      for (const { descriptor } of segments) closeSync(descriptor);
    },
  };
};
