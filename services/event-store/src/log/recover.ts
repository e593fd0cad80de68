import { fstatSync, fsyncSync, ftruncateSync, readSync, unlinkSync } from 'node:fs';
import { checkFrame, frameLength, headerOf, type FrameHeader } from './frame.ts';
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
  const segments: Segment[] = [];
  const files = listSegments(folder);
  let end = 0;
  let tornBytes = 0;
  for (const [index, { file, base }] of files.entries()) {
    const isLast = index === files.length - 1;
    if (index > 0 && base !== end) {
      throw new UnusableSegment(
        `${file} should begin at ${String(end)}: a segment before it is missing or damaged`,
      );
    }
    const segment = openSegment(file, base);
    if (!segment && !isLast) throw new UnusableSegment(`${file} is damaged at offset 0: it is cut off`);
    if (!segment) {
      unlinkSync(file);
      continue;
    }
    segments.push(segment);
    const scanned = scanSegment(segment, isLast, visit);
    end = scanned.end;
    tornBytes = scanned.tornBytes;
  }
  return { segments, end, tornBytes };
};

const scanSegment = (segment: Segment, isLast: boolean, visit: FrameVisitor) => {
  const size = fstatSync(segment.descriptor).size;
  const window = createWindow(segment, size);
  let offset = segmentHeaderBytes;
  let appendStart = offset;
  let pending: Readonly<{ header: FrameHeader; frame: Buffer }>[] = [];

  while (offset < size) {
    const { bytes, start } = window.at(offset);
    if (checkFrame(bytes, start, segment.base + offset) !== 'sound') break;
    const header = headerOf(bytes, start);
    offset += frameLength(bytes, start);
    if (header.remaining === 0 && pending.length === 0) {
      visit(header, bytes, start);
      appendStart = offset;
      continue;
    }
    // The events of an append count only once its last one is there.
    pending.push({ header, frame: Buffer.from(bytes.subarray(start, start + frameLength(bytes, start))) });
    if (header.remaining > 0) continue;
    for (const { header: each, frame } of pending) visit(each, frame, 0);
    pending = [];
    appendStart = offset;
  }
  if (appendStart === size) return { end: segment.base + size, tornBytes: 0 };
  const isTorn = isLast && (offset === size || !laterGroupExists(segment, offset, size));
  if (!isTorn) {
    throw new UnusableSegment(
      `${segment.file} is damaged at offset ${String(offset)}: a durable event there cannot be read. ` +
        'Restore the file from a backup, or move the folder away to begin with an empty log.',
    );
  }
  ftruncateSync(segment.descriptor, appendStart);
  fsyncSync(segment.descriptor);
  return { end: segment.base + appendStart, tornBytes: size - appendStart };
};

/**
 * A group is written only after the one before is durable. So a sound frame of a later group proves that the
 * damaged bytes had been durable; a sound frame of the same group only shows that the disk wrote out of order.
 */
const laterGroupExists = (segment: Segment, damagedAt: number, size: number) => {
  const rest = Buffer.alloc(size - damagedAt);
  readFully(segment, rest, damagedAt);
  for (let start = 1; start + 48 <= rest.length; start++) {
    const position = segment.base + damagedAt + start;
    if (rest.readUInt32LE(start + 8) !== position % 2 ** 32) continue;
    if (checkFrame(rest, start, position) !== 'sound') continue;
    if (headerOf(rest, start).groupStart > segment.base + damagedAt) return true;
  }
  return false;
};

const windowBytes = 4 * 1024 * 1024;

/** Walks through a file in large reads; a frame that a window cuts off is read again at the start of the next. */
const createWindow = (segment: Segment, size: number) => {
  let from = 0;
  let bytes: Buffer = Buffer.alloc(0);
  const load = (offset: number, wanted: number) => {
    from = offset;
    bytes = Buffer.allocUnsafeSlow(Math.min(wanted, size - offset));
    readFully(segment, bytes, offset);
  };
  const at = (offset: number) => {
    if (offset < from || offset + 8 > from + bytes.length) load(offset, windowBytes);
    if (checkFrame(bytes, offset - from, segment.base + offset) === 'cut-off') {
      const length = bytes.length - (offset - from) >= 8 ? frameLength(bytes, offset - from) : 8;
      load(offset, Math.max(windowBytes, length));
    }
    return { bytes, start: offset - from };
  };
  return { at };
};

const readFully = (segment: Segment, bytes: Buffer, offset: number) => {
  for (let done = 0; done < bytes.length;) {
    const count = readSync(segment.descriptor, bytes, done, bytes.length - done, offset + done);
    if (count === 0) throw new UnusableSegment(`${segment.file} became shorter while it was read`);
    done += count;
  }
};
