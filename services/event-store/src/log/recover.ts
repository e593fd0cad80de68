import { fstatSync, fsyncSync, ftruncateSync, unlinkSync } from 'node:fs';
import { headerOf, type FrameHeader } from './frame.ts';
import type { FrameTable } from './frame-table.ts';
import { hasLaterGroup, isBlank, scanFrames } from './scan-segment.ts';
import {
  listSegments,
  openSegment,
  segmentHeaderBytes,
  UnusableSegment,
  type Segment,
} from './segment-file.ts';

export type Recovered = Readonly<{
  segments: readonly Segment[];
  /** Where the next event goes. */
  end: number;
  /** What was cut off at the end of the log: writes that nobody was told had succeeded. */
  tornBytes: number;
}>;

export type FrameVisitor = (header: FrameHeader, bytes: Buffer, start: number) => void;

/**
 * Visits every whole append in order. What follows the last one at the end of the newest segment is a write that
 * a crash interrupted, and is cut off; anything unreadable before that is damage, and the server must not start.
 * @throws UnusableSegment
 */
export const recover = (folder: string, visit: FrameVisitor): Recovered => {
  const segments = openSegments(folder);
  let end = 0;
  let tornBytes = 0;
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    end = segment.table
      ? visitTable(segment, segment.table, visit)
      : visitAppends(segment, next?.base, visit);
    if (next && end !== next.base) throw gap(segment, end, next.base);
    if (next) continue;
    // Only what another segment follows is ever scavenged.
    if (segment.table) throw missing(segment, end);
    tornBytes = settleEnd(segment, end);
  }
  return { segments, end, tornBytes };
};

const openSegments = (folder: string) => {
  const files = listSegments(folder);
  return files.flatMap(({ file, base }, index) => {
    const segment = openSegment(file, base);
    if (segment) return [segment];
    if (index < files.length - 1)
      throw new UnusableSegment(`${file} is damaged at offset 0: its header is missing`);
    unlinkSync(file);
    return [];
  });
};

/** A scavenged segment holds no unfinished append: whatever of it is not sound is damage. */
const visitTable = (segment: Segment, table: FrameTable, visit: FrameVisitor) => {
  let events = 0;
  let offset = segmentHeaderBytes;
  for (const frame of scanFrames(segment, table.framesEnd)) {
    visit(headerOf(frame.bytes, frame.start), frame.bytes, frame.start);
    events++;
    offset = frame.offset + frame.length;
  }
  if (offset !== table.framesEnd || events !== table.events) throw damaged(segment, segment.base + offset);
  return table.end;
};

/** Returns the position behind the last whole append. */
const visitAppends = (segment: Segment, next: number | undefined, visit: FrameVisitor) => {
  const size = Math.min(
    fstatSync(segment.descriptor).size,
    (next ?? Number.POSITIVE_INFINITY) - segment.base,
  );
  let end = segment.base + segmentHeaderBytes;
  let pending: Buffer[] = [];
  for (const { bytes, start, length } of scanFrames(segment, size)) {
    const header = headerOf(bytes, start);
    if (header.remaining > 0) {
      // The events of an append count only once its last one is there.
      pending.push(Buffer.from(bytes.subarray(start, start + length)));
      continue;
    }
    for (const frame of pending) visit(headerOf(frame, 0), frame, 0);
    pending = [];
    visit(header, bytes, start);
    end = header.position + length;
  }
  return end;
};

/** Cuts off what an interrupted write left; returns how much that was. */
const settleEnd = (segment: Segment, end: number) => {
  const offset = end - segment.base;
  const size = fstatSync(segment.descriptor).size;
  // A segment is made of zeros, which the next appends will write over.
  if (isBlank(segment, offset, size)) return 0;
  if (hasLaterGroup(segment, offset, size)) throw damaged(segment, end);
  ftruncateSync(segment.descriptor, offset);
  fsyncSync(segment.descriptor);
  return size - offset;
};

const missing = ({ file }: Segment, end: number) =>
  new UnusableSegment(
    `the events from position ${String(end)} on are missing: the file behind ${file} is gone. Restore it from a backup.`,
  );

const gap = (segment: Segment, end: number, next: number) =>
  segment.table || isBlank(segment, end - segment.base, fstatSync(segment.descriptor).size)
    ? new UnusableSegment(
        `the events from position ${String(end)} to ${String(next)} are missing or damaged: ` +
          `${segment.file} ends too early, or the file behind it is gone. Restore them from a backup.`,
      )
    : damaged(segment, end);

const damaged = ({ file, base }: Segment, end: number) =>
  new UnusableSegment(
    `${file} is damaged at offset ${String(end - base)}: a durable event there cannot be read. ` +
      'Restore the file from a backup, or move the folder away to begin with an empty log.',
  );
