import { closeSync, fstatSync, fsyncSync, openSync, renameSync } from 'node:fs';
import path from 'node:path';
import { headerOf } from '../log/frame.ts';
import { scanFrames } from '../log/scan-segment.ts';
import { openSegment, readUpTo, segmentHeaderBytes, writeFully, type Segment } from '../log/segment-file.ts';

const pieceBytes = 4 * 1024 * 1024;

/** Copies the first bytes of a segment; whole and durable under its name, or not at all. */
export const copySegment = (segment: Segment, length: number, folder: string) => {
  const file = path.join(folder, path.basename(segment.file));
  const draft = `${file}.part`;
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    for (let at = 0; at < length; at += pieceBytes) {
      writeFully(descriptor, readUpTo(segment, at, Math.min(pieceBytes, length - at)), at);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
};

/** Whether the folder has these bytes already. A segment is only ever appended to, or replaced by a scavenge. */
export const hasCopy = (segment: Segment, length: number, folder: string) => {
  const copy = openCopy(path.join(folder, path.basename(segment.file)), segment.base);
  if (!copy) return false;
  try {
    if (fstatSync(copy.descriptor).size !== length || copy.table?.stamp !== segment.table?.stamp)
      return false;
    return probe(segment, length).equals(probe(copy, length));
  } finally {
    closeSync(copy.descriptor);
  }
};

/** undefined for one that is not there, or not sound. */
const openCopy = (file: string, base: number) => {
  try {
    return openSegment(file, base, 'r');
  } catch {
    return undefined;
  }
};

/** The last events have ids of their own: no other log has these bytes there. */
const probe = (segment: Segment, length: number) => {
  const bytes = Math.min(length, 64 * 1024);
  return readUpTo(segment, length - bytes, bytes);
};

/** How many bytes of a segment that is being written to are whole appends. */
export const wholeBytes = (segment: Segment) => {
  let whole = segmentHeaderBytes;
  for (const { bytes, start, offset, length } of scanFrames(segment, fstatSync(segment.descriptor).size)) {
    if (headerOf(bytes, start).remaining === 0) whole = offset + length;
  }
  return whole;
};
