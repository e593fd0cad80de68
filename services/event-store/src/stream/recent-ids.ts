import { randomInt } from 'node:crypto';

/** Where recently written events are, by id: the last `max` of them, 28 bytes each. `max` is a power of 2. */
export type RecentIds = Readonly<{
  /** Ordinals never go down. */
  add: (id: string, ordinal: number) => void;
  /** The newest event with this id, of those that are wanted. */
  find: (id: string, isWanted: (ordinal: number) => boolean) => number | undefined;
  /** What is known of the events from one ordinal up to another, in 20 bytes each. */
  packed: (from: number, to: number) => Buffer;
  addPacked: (packed: Buffer, from: number) => void;
}>;

const idBytes = 16;

/** The number of an event, and its id. */
export const packedIdBytes = 4 + idBytes;

/**
 * A ring, and chains through it of the ids that share a place in the table. A chain ends where its numbers say that
 * the ring has come round, so that nothing is ever removed.
 */
export const createRecentIds = (max: number): RecentIds => {
  const ids = Buffer.alloc(max * idBytes);
  const ordinals = new Uint32Array(max);
  /** The number of the newest id of a chain, and of the one before each: counted from 1. */
  const newest = new Float64Array(max);
  const before = new Float64Array(max);
  const seed = randomInt(2 ** 32);
  const sought = Buffer.alloc(idBytes);
  let count = 0;

  const placeOf = () => hash(sought, seed) % max;

  const addSought = (ordinal: number) => {
    const slot = count % max;
    const place = placeOf();
    copyId(sought, 0, ids, slot * idBytes);
    ordinals[slot] = ordinal;
    before[slot] = newest[place] ?? 0;
    count++;
    newest[place] = count;
  };

  const add = (id: string, ordinal: number) => {
    pack(id, sought);
    addSought(ordinal);
  };

  const addPacked = (packed: Buffer, from: number) => {
    for (let at = 0; at < packed.length; at += packedIdBytes) {
      copyId(packed, at + 4, sought, 0);
      addSought(from + packed.readUInt32LE(at));
    }
  };

  const find = (id: string, isWanted: (ordinal: number) => boolean) => {
    pack(id, sought);
    const oldest = count - max;
    for (let number = newest[placeOf()] ?? 0; number > Math.max(oldest, 0);) {
      const slot = (number - 1) % max;
      const ordinal = ordinals[slot] ?? 0;
      if (isAt(ids, slot, sought) && isWanted(ordinal)) return ordinal;
      number = before[slot] ?? 0;
    }
    return undefined;
  };

  const packed = (from: number, to: number) => {
    const rows: Buffer[] = [];
    for (let number = Math.max(count - max, 0); number < count; number++) {
      const ordinal = ordinals[number % max] ?? 0;
      if (ordinal >= from && ordinal < to) rows.push(packRow(ordinal - from, ids, number % max));
    }
    return Buffer.concat(rows);
  };

  return { add, find, packed, addPacked };
};

/** Copies by the runtime are made for more bytes: with them an id took 100 ns instead of 68. */
const copyId = (from: Buffer, start: number, to: Buffer, at: number) => {
  for (let byte = 0; byte < idBytes; byte++) to[at + byte] = from[start + byte] ?? 0;
};

const packRow = (number: number, ids: Buffer, slot: number) => {
  const row = Buffer.allocUnsafe(packedIdBytes);
  row.writeUInt32LE(number);
  ids.copy(row, 4, slot * idBytes, (slot + 1) * idBytes);
  return row;
};

const hash = (id: Buffer, seed: number) => {
  let value = seed;
  for (let at = 0; at < idBytes; at += 4) {
    value = Math.imul(value ^ id.readUInt32LE(at), 0x85ebca6b);
    value ^= value >>> 15;
  }
  return value >>> 0;
};

const isAt = (ids: Buffer, slot: number, id: Buffer) => {
  for (let at = 0; at < idBytes; at += 4)
    if (ids.readUInt32LE(slot * idBytes + at) !== id.readUInt32LE(at)) return false;
  return true;
};

/** Of the 36 characters of an id, where each pair of digits stands. */
const pairs = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const pack = (id: string, to: Buffer) => {
  for (let at = 0; at < idBytes; at++) {
    const pair = pairs[at] ?? 0;
    to[at] = (digitAt(id, pair) << 4) | digitAt(id, pair + 1);
  }
};

const digitAt = (id: string, at: number) => {
  const code = id.charCodeAt(at);
  return code < 0x3a ? code - 0x30 : code - 0x57;
};
