import { closeSync, fsyncSync, openSync, readdirSync, readSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { syncFolder } from './make-folder.ts';

/** A segment starts with this; the first event of the log therefore stands at position 32, never at 0. */
export const segmentHeaderBytes = 32;

const magic = Buffer.from('KARRIO-EVENTLOG\n');
const formatVersion = 1;

export type Segment = Readonly<{ base: number; file: string; descriptor: number }>;

export class UnusableSegment extends Error {
  override readonly name = 'UnusableSegment';
}

/** Durable when it returns, the folder's entry included. `spare` is a file of zeros to begin with. */
export const createSegment = (folder: string, base: number, spare?: string): Segment => {
  const file = path.join(folder, `${String(base).padStart(20, '0')}.log`);
  if (spare !== undefined) renameSync(spare, file);
  const descriptor = openSync(file, spare === undefined ? 'wx+' : 'r+');
  const header = Buffer.alloc(segmentHeaderBytes);
  magic.copy(header);
  header.writeUInt32LE(formatVersion, 16);
  header.writeBigUInt64LE(BigInt(base), 24);
  writeFully(descriptor, header, 0);
  fsyncSync(descriptor);
  syncFolder(folder);
  return { base, file, descriptor };
};

/** In the order of the log. */
export const listSegments = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /^\d{20}\.log$/.test(name))
    .sort()
    .map((name) => ({ file: path.join(folder, name), base: Number(name.slice(0, 20)) }));

/** undefined where the header is not there: the process died while it made the file. */
export const openSegment = (file: string, base: number): Segment | undefined => {
  const descriptor = openSync(file, 'r+');
  const header = Buffer.alloc(segmentHeaderBytes);
  const count = readSync(descriptor, header, 0, segmentHeaderBytes, 0);
  if (count < segmentHeaderBytes || header.every((byte) => byte === 0)) {
    closeSync(descriptor);
    return undefined;
  }
  const isOurs = header.subarray(0, 16).equals(magic) && Number(header.readBigUInt64LE(24)) === base;
  if (!isOurs)
    throw new UnusableSegment(`${file} is damaged at offset 0: it does not begin as a segment of the log`);
  const version = header.readUInt32LE(16);
  if (version !== formatVersion) {
    throw new UnusableSegment(
      `${file} has format ${String(version)}; this server reads format ${String(formatVersion)}`,
    );
  }
  return { base, file, descriptor };
};

/** A write may take less than it was given: at a full disk, for one. */
export const writeFully = (descriptor: number, bytes: Buffer, offset: number) => {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
  }
};

/** Less than asked for only at the end of the file. */
export const readUpTo = ({ descriptor }: Segment, offset: number, wanted: number) => {
  const bytes = Buffer.allocUnsafeSlow(wanted);
  let done = 0;
  while (done < wanted) {
    const count = readSync(descriptor, bytes, done, wanted - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
};
