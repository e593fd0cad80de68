import { closeSync } from 'node:fs';
import { checkFrame } from './frame.ts';
import { runAt } from './frame-table.ts';
import { readUpTo, UnusableSegment, type Segment } from './segment-file.ts';

/** Where in a file the bytes of a frame are. */
export type Extent = Readonly<{ segment: Segment; offset: number; length: number }>;

/** A segment that nothing is written to any more; `end` is where the next one begins. */
export type ClosedSegment = Readonly<{ segment: Segment; end: number }>;

/** The segments of a log, found by position. */
export type SegmentSet = Readonly<{
  newest: () => Segment;
  closed: () => readonly ClosedSegment[];
  add: (segment: Segment) => void;
  /** A scavenged segment takes the place of the one it was made of, which is closed. */
  replace: (segment: Segment) => void;
  /** The frame at a position, given where the next event of the log begins: that may be in another segment. */
  locate: (position: number, next: number) => Extent;
  /** Bytes of one segment; fewer than wanted where it ends. */
  load: (segment: Segment, offset: number, wanted: number) => Buffer;
  /** @throws UnusableSegment when the disk gives back other bytes than were written. */
  assertSound: (bytes: Buffer, start: number, position: number) => void;
  close: () => void;
}>;

export const createSegmentSet = (first: Segment, ...others: readonly Segment[]): SegmentSet => {
  const segments = [first, ...others];

  const indexOf = (position: number) => indexAt(segments, position);
  const endOf = (index: number) => segments[index + 1]?.base ?? Number.POSITIVE_INFINITY;

  const locate = (position: number, next: number): Extent => {
    const index = indexOf(position);
    const segment = segments[index] ?? first;
    const relative = position - segment.base;
    const length = Math.min(next, endOf(index)) - position;
    if (!segment.table) return { segment, offset: relative, length };
    const run = runAt(segment.table, relative);
    const offset = run.offset + relative - run.position;
    return { segment, offset, length: Math.min(length, run.end - offset) };
  };

  const load = (segment: Segment, offset: number, wanted: number) => {
    const end = segment.table?.framesEnd ?? endOf(indexOf(segment.base)) - segment.base;
    return readUpTo(segment, offset, Math.min(wanted, end - offset));
  };

  const assertSound = (bytes: Buffer, start: number, position: number) => {
    if (checkFrame(bytes, start, position) === 'sound') return;
    const { segment, offset } = locate(position, position);
    throw new UnusableSegment(
      `${segment.file} is damaged at offset ${String(offset)}: it was sound when it was written`,
    );
  };

  const replace = (segment: Segment) => {
    const index = indexOf(segment.base);
    const replaced = segments[index];
    segments[index] = segment;
    if (replaced) closeSync(replaced.descriptor);
  };

  return {
    newest: () => segments.at(-1) ?? first,
    closed: () => segments.slice(0, -1).map((segment, index) => ({ segment, end: endOf(index) })),
    add: (segment) => segments.push(segment),
    replace,
    locate,
    load,
    assertSound,
    close: () => {
      for (const { descriptor } of segments) closeSync(descriptor);
    },
  };
};

const indexAt = (segments: readonly Segment[], position: number) => {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((segments[middle]?.base ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
};
