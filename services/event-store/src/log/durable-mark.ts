import { closeSync, constants, fdatasync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { writeFully } from './segment-file.ts';

/**
 * Notes in a file how far the log was durable. The last group of a log that cannot be read may be a write that a
 * crash interrupted, which is cut off, or one that was acknowledged and has rotted since. The bytes do not tell;
 * the mark does, for everything older than its rest.
 */
export type DurableMark = Readonly<{
  /** The log is durable up to here; noted within the rest, in the background. */
  moved: (end: number) => void;
  /** Why it could not be noted: the disk fails. */
  failure: () => Error | undefined;
  /** Notes the last end, and closes the file. */
  close: () => Promise<void>;
}>;

/** One fdatasync a second beside the hundreds of a busy log. */
const restMs = 1000;

/** Each place is a sector of its own, so that a torn write takes one of them at most. */
const placeBytes = 512;
const magic = Buffer.from('KARRIO-DURABLE\n\0');

const fileOf = (folder: string) => path.join(folder, 'durable');

const fdatasyncLater = promisify(fdatasync);

/** The log was durable up to here at least; 0 where nothing is known. */
export const readDurableMark = (folder: string): number => newestIn(readIfThere(fileOf(folder))).end;

/** `end` is how far the log is durable now. */
export const openDurableMark = (folder: string, end: number): DurableMark => {
  const descriptor = openSync(fileOf(folder), constants.O_RDWR | constants.O_CREAT);
  // The next note goes to the other place, also after a restart.
  let { end: noted, place } = newestIn(readIfThere(fileOf(folder)));
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failure: Error | undefined;

  const note = async () => {
    const noting = end;
    try {
      place = placeBytes - place;
      writeFully(descriptor, encode(noting), place);
      await fdatasyncLater(descriptor);
      noted = noting;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
  };

  const rest = () => {
    timer ??= setTimeout(() => {
      writing = note().then(() => {
        timer = undefined;
        if (end > noted && !failure) rest();
      });
    }, restMs).unref();
  };

  const moved = (to: number) => {
    end = to;
    rest();
  };

  const close = async () => {
    await writing;
    clearTimeout(timer);
    // An old mark says less, and nothing wrong: a disk that fails does not keep the server from ending.
    if (end > noted && !failure) await note();
    closeSync(descriptor);
  };

  if (end > noted) moved(end);
  return { moved, failure: () => failure, close };
};

const encode = (end: number) => {
  const bytes = Buffer.alloc(placeBytes);
  magic.copy(bytes);
  bytes.writeBigUInt64LE(BigInt(end), 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 24)), 24);
  return bytes;
};

const newestIn = (bytes: Buffer) => {
  const [first, second] = [endAt(bytes, 0), endAt(bytes, placeBytes)];
  return first >= second ? { end: first, place: 0 } : { end: second, place: placeBytes };
};

const endAt = (bytes: Buffer, start: number) => {
  const place = bytes.subarray(start, start + placeBytes);
  if (place.length < 28 || !place.subarray(0, 16).equals(magic)) return 0;
  return crc32(place.subarray(0, 24)) === place.readUInt32LE(24) ? Number(place.readBigUInt64LE(16)) : 0;
};

const readIfThere = (file: string) => {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
};
