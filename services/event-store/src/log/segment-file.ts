import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { decodeFrameTable, footerBytes, tableBytes, type FrameTable } from './frame-table.ts';
import { syncFolder } from './sync-folder.ts';

/** A segment starts with this; the first event of the log therefore stands at position 32, never at 0. */
export const segmentHeaderBytes = 32;

const magic = Buffer.from('KARRIO-EVENTLOG\n');
/** A server that knows nothing of scavenging must not take the gaps for damage, nor write behind the table. */
const formats = { plain: 1, scavenged: 2 } as const;

export type Segment = Readonly<{
  base: number;
  file: string;
  descriptor: number;
  /** Where the frames are that a scavenge left; undefined for a segment as it was written. */
  table: FrameTable | undefined;
}>;

export class UnusableSegment extends Error {
  override readonly name = 'UnusableSegment';
  /** Where in the file. */
  readonly offset: number;
  constructor(message: string, offset = 0) {
    super(message);
    this.offset = offset;
  }
}

export const damagedAt = ({ file }: Pick<Segment, 'file'>, offset: number) =>
  new UnusableSegment(
    `${file} is damaged at offset ${String(offset)}: a durable event there cannot be read. ` +
      'Restore the file from a backup, or move the folder away to begin with an empty log.',
    offset,
  );

/** Durable when it returns, the folder's entry included. `spare` is a file of zeros to begin with. */
export const createSegment = (folder: string, base: number, spare?: string): Segment => {
  const file = path.join(folder, `${String(base).padStart(20, '0')}.log`);
  if (spare !== undefined) renameSync(spare, file);
  const descriptor = openSync(file, spare === undefined ? 'wx+' : 'r+');
  writeFully(descriptor, segmentHeader(base, 'plain'), 0);
  fsyncSync(descriptor);
  syncFolder(folder);
  return { base, file, descriptor, table: undefined };
};

export const segmentHeader = (base: number, format: keyof typeof formats) => {
  const header = Buffer.alloc(segmentHeaderBytes);
  magic.copy(header);
  header.writeUInt32LE(formats[format], 16);
  header.writeBigUInt64LE(BigInt(base), 24);
  return header;
};

/** For those who look at a log that is there. @throws Error where there is none */
export const listSegmentsOfLog = (folder: string) => {
  const segments = existsSync(folder) ? listSegments(folder) : [];
  if (segments.length === 0) throw new Error(`${folder} holds no log: name the folder with the *.log files`);
  return segments;
};

/** In the order of the log. */
export const listSegments = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /^\d{20}\.log$/.test(name))
    .sort()
    .map((name) => ({ file: path.join(folder, name), base: Number(name.slice(0, 20)) }));

/**
 * undefined where the header is not there: the process died while it made the file.
 * @throws UnusableSegment
 */
export const openSegment = (file: string, base: number, flags: 'r' | 'r+' = 'r+'): Segment | undefined => {
  const descriptor = openSync(file, flags);
  try {
    const segment = readSegment(file, base, descriptor);
    if (!segment) closeSync(descriptor);
    return segment;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
};

const readSegment = (file: string, base: number, descriptor: number): Segment | undefined => {
  const header = readUpTo({ descriptor }, 0, segmentHeaderBytes);
  if (header.length < segmentHeaderBytes || header.every((byte) => byte === 0)) return undefined;
  const isOurs =
    header.subarray(0, 16).equals(magic) &&
    header.readUInt32LE(20) === 0 &&
    Number(header.readBigUInt64LE(24)) === base;
  if (!isOurs)
    throw new UnusableSegment(`${file} is damaged at offset 0: it does not begin as a segment of the log`);
  const version = header.readUInt32LE(16);
  if (version === formats.plain) return { base, file, descriptor, table: undefined };
  if (version === formats.scavenged)
    return { base, file, descriptor, table: readTable(file, descriptor, header) };
  throw new UnusableSegment(
    `${file} has format ${String(version)}; this server reads the formats ${Object.values(formats).join(' and ')}`,
  );
};

const readTable = (file: string, descriptor: number, header: Buffer) => {
  const { size } = fstatSync(descriptor);
  const footer = Math.max(size - footerBytes, 0);
  const length = tableBytes(readUpTo({ descriptor }, footer, footerBytes));
  const start = length === undefined ? -1 : size - length;
  const table =
    length === undefined || start < segmentHeaderBytes
      ? undefined
      : decodeFrameTable(header, readUpTo({ descriptor }, start, length), start);
  if (table) return table;
  throw new UnusableSegment(
    `${file} is damaged at offset ${String(footer)}: the table of its frames cannot be read. Restore the file from a backup.`,
    footer,
  );
};

/** A write may take less than it was given: at a full disk, for one. */
export const writeFully = (descriptor: number, bytes: Buffer, offset: number) => {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
  }
};

/** Less than asked for only at the end of the file. */
export const readUpTo = ({ descriptor }: Pick<Segment, 'descriptor'>, offset: number, wanted: number) => {
  const bytes = Buffer.allocUnsafeSlow(wanted);
  let done = 0;
  while (done < wanted) {
    const count = readSync(descriptor, bytes, done, wanted - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
};
