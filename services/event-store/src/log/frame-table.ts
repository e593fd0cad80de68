import { crc32 } from 'node:zlib';

/**
 * How a scavenged segment ends. Its frames keep the positions that they name, though the file is shorter: frames
 * that follow each other in the log without a gap make a run, and a run is found by its position. Little endian:
 *
 *     for each run: u32 position - base · u32 offset
 *     u64 position behind the segment · u32 runs · u32 events
 *     u32 crc32 of the segment's header and the table up to here · `SCAVENGE`
 */
export type FrameTable = Readonly<{
  /** Where the next segment begins. */
  end: number;
  events: number;
  /** Offset behind the last frame. */
  framesEnd: number;
  /** Another one after each scavenge. */
  stamp: number;
  /** Two numbers for each run, 8 bytes: as objects they would take 50. */
  runs: Uint32Array;
}>;

/** Frames without a gap between them; offsets in the file. `position` counts from the segment's base. */
export type Run = Readonly<{ position: number; offset: number; end: number }>;

export const footerBytes = 28;

const runBytes = 8;
const magic = Buffer.from('SCAVENGE');

export const encodeFrameTable = (
  header: Buffer,
  { end, events, runs }: Pick<FrameTable, 'end' | 'events' | 'runs'>,
) => {
  const footer = runs.length * 4;
  const bytes = Buffer.alloc(footer + footerBytes);
  for (const [index, value] of runs.entries()) bytes.writeUInt32LE(value, index * 4);
  bytes.writeBigUInt64LE(BigInt(end), footer);
  bytes.writeUInt32LE(runs.length / 2, footer + 8);
  bytes.writeUInt32LE(events, footer + 12);
  bytes.writeUInt32LE(stampOf(header, bytes), footer + 16);
  magic.copy(bytes, footer + 20);
  return bytes;
};

/** How many bytes the table has, as its footer says; undefined for bytes that are no footer. */
export const tableBytes = (footer: Buffer) =>
  footer.length === footerBytes && footer.subarray(20).equals(magic)
    ? footer.readUInt32LE(8) * runBytes + footerBytes
    : undefined;

/** undefined for bytes that are not as they were written; `framesEnd` is where they begin in the file. */
export const decodeFrameTable = (
  header: Buffer,
  bytes: Buffer,
  framesEnd: number,
): FrameTable | undefined => {
  const footer = bytes.length - footerBytes;
  const stamp = bytes.readUInt32LE(footer + 16);
  if (stamp !== stampOf(header, bytes)) return undefined;
  const end = Number(bytes.readBigUInt64LE(footer));
  const runs = Uint32Array.from({ length: footer / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
  return { end, events: bytes.readUInt32LE(footer + 12), framesEnd, stamp, runs };
};

/** The run that a position belongs to, counted from the segment's base; the nearest one where it is in none. */
export const runAt = ({ runs, framesEnd }: FrameTable, position: number): Run => {
  let low = 0;
  let high = runs.length / 2 - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((runs[middle * 2] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return runNumber({ runs, framesEnd }, low);
};

export const runsOf = function* (table: FrameTable): Generator<Run> {
  for (let index = 0; index < table.runs.length / 2; index++) yield runNumber(table, index);
};

const runNumber = ({ runs, framesEnd }: Pick<FrameTable, 'runs' | 'framesEnd'>, index: number): Run => ({
  position: runs[index * 2] ?? 0,
  offset: runs[index * 2 + 1] ?? framesEnd,
  end: runs[index * 2 + 3] ?? framesEnd,
});

const stampOf = (header: Buffer, table: Buffer) => crc32(table.subarray(0, table.length - 12), crc32(header));
