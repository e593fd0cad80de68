import { fstatSync, fsyncSync, ftruncateSync, unlinkSync } from 'node:fs';
import { headerOf, type FrameHeader } from './frame.ts';
import type { FrameTable } from './frame-table.ts';
import { hasLaterGroup, isBlank, runsIn, scanFrames } from './scan-segment.ts';
import { syncFolder } from './sync-folder.ts';
import {
  damagedAt,
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
 * Takes what is known of a segment from elsewhere: returns the position up to which it need not be visited, which is
 * between two appends; undefined where nothing is known. `end` is where the next segment begins.
 */
export type RestoreSegment = (segment: Segment, end: number | undefined) => number | undefined;

/**
 * Visits every whole append in order. What follows the last one at the end of the newest segment is a write that
 * a crash interrupted, and is cut off; anything unreadable before that is damage, and the server must not start.
 * @param durableEnd the log was durable up to here at least: nothing before it is cut off
 * @throws UnusableSegment
 */
export const recover = (
  folder: string,
  visit: FrameVisitor,
  durableEnd: number,
  restore: RestoreSegment = () => undefined,
): Recovered => {
  const segments = openSegments(folder, durableEnd);
  assertBegins(folder, segments, durableEnd);
  let end = 0;
  let tornBytes = 0;
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    const known = restore(segment, next?.base);
    end = segment.table
      ? (known ?? visitTable(segment, segment.table, visit))
      : visitAppends(segment, next?.base, visit, known);
    if (next && end !== next.base) throw gap(segment, end, next.base);
    if (!next) tornBytes = settleEnd(segment, end, durableEnd);
  }
  makeDurable(folder, segments);
  return { segments, end, tornBytes };
};

const assertBegins = (folder: string, [first]: readonly Segment[], durableEnd: number) => {
  if (first && first.base > 0) throw missingBefore(first);
  if (!first && durableEnd > 0) throw lost(folder, durableEnd);
};

/**
 * A process that was killed left its writes to the kernel, which may not have brought them to the disk yet. What
 * recovery has seen will be shown to readers, and acknowledged when it is repeated, so it has to be durable.
 */
const makeDurable = (folder: string, segments: readonly Segment[]) => {
  const newest = segments.at(-1);
  if (newest) fsyncSync(newest.descriptor);
  syncFolder(folder);
};

const openSegments = (folder: string, durableEnd: number) => {
  const files = listSegments(folder);
  return files.flatMap(({ file, base }, index) => {
    const segment = openSegment(file, base);
    if (segment) return [segment];
    if (index < files.length - 1)
      throw new UnusableSegment(`${file} is damaged at offset 0: its header is missing`);
    if (base < durableEnd) throw lost(file, durableEnd);
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
  if (offset !== table.framesEnd || events !== table.events) throw damagedAt(segment, offset);
  return table.end;
};

/** Returns the position behind the last whole append. */
const visitAppends = (
  segment: Segment,
  next: number | undefined,
  visit: FrameVisitor,
  begin = segment.base + segmentHeaderBytes,
) => {
  const size = Math.min(
    fstatSync(segment.descriptor).size,
    (next ?? Number.POSITIVE_INFINITY) - segment.base,
  );
  let end = begin;
  let pending: Buffer[] = [];
  const runs = runsIn(segment, size, begin - segment.base);
  for (const { bytes, start, length } of scanFrames(segment, size, { runs })) {
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
const settleEnd = (segment: Segment, end: number, durableEnd: number) => {
  // Only what another segment follows is ever scavenged.
  if (segment.table) throw missingBehind(segment, end);
  if (end < durableEnd) throw gap(segment, end, durableEnd);
  const offset = end - segment.base;
  const size = fstatSync(segment.descriptor).size;
  // A segment is made of zeros, which the next appends will write over.
  if (isBlank(segment, offset, size)) return 0;
  if (hasLaterGroup(segment, offset, size)) throw damagedAt(segment, offset);
  ftruncateSync(segment.descriptor, offset);
  return size - offset;
};

const lost = (file: string, durableEnd: number) =>
  new UnusableSegment(
    `${file} holds none of the events before position ${String(durableEnd)}, which were durable. Restore the folder ` +
      'from a backup, or move it away to begin with an empty log.',
  );

const missingBefore = ({ file, base }: Segment) =>
  new UnusableSegment(
    `the events before position ${String(base)} are missing: the file before ${file} is gone. Restore it from a backup.`,
  );

const missingBehind = ({ file }: Segment, end: number) =>
  new UnusableSegment(
    `the events from position ${String(end)} on are missing: the file behind ${file} is gone. Restore it from a backup.`,
  );

const gap = (segment: Segment, end: number, next: number) =>
  segment.table || isBlank(segment, end - segment.base, fstatSync(segment.descriptor).size)
    ? new UnusableSegment(
        `the events from position ${String(end)} to ${String(next)} are missing or damaged: ` +
          `${segment.file} ends too early, or the file behind it is gone. Restore them from a backup.`,
      )
    : damagedAt(segment, end - segment.base);
