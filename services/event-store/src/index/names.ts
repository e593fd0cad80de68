import { randomInt } from 'node:crypto';
import { createColumn } from './column.ts';
import { createIdTable } from './id-table.ts';
import { createTexts, textBytesMax } from './texts.ts';

/** Gives each distinct text a small number. */
export type Names = Readonly<{
  /** @throws RangeError for a text of more than 65,535 bytes */
  idOf: (name: string) => number;
  find: (name: string) => number | undefined;
  nameOf: (id: number) => string;
  /** The same as UTF-8: a view, not a copy. */
  encodedOf: (id: number) => Buffer;
  /** The same for the UTF-8 that stands somewhere in `bytes`. */
  idOfEncoded: (bytes: Uint8Array, start: number, length: number) => number;
  size: () => number;
}>;

/** Readers of the log ask for the same names at about the same time, and a name takes 0.1 µs to decode. */
const decodedMax = 1024;
const decodedBytesMax = 256;

export const createNames = (): Names => {
  const texts = createTexts();
  // Nobody can choose names that all fall on one place of the table.
  const seed = randomInt(2 ** 32);
  /** Kept, since a table that grows would wait for the memory of each name. */
  const hashes = createColumn((length) => new Uint32Array(length));
  const table = createIdTable(hashes.at);
  /** UTF-8 takes up to three bytes for each unit of a string. */
  const sought = Buffer.allocUnsafeSlow(textBytesMax * 3);
  let soughtLength = 0;
  const isSought = (id: number) => texts.equals(id, sought, soughtLength);
  const decodedIds = new Float64Array(decodedMax).fill(-1);
  const decoded = Array.from({ length: decodedMax }, () => '');

  const seek = (name: string) => {
    soughtLength = encode(name, sought);
    return soughtLength <= textBytesMax;
  };

  const find = (name: string) =>
    seek(name) ? table.find(hash(sought, soughtLength, seed), isSought) : undefined;

  const idOfSought = () => {
    const hashed = hash(sought, soughtLength, seed);
    const known = table.find(hashed, isSought);
    if (known !== undefined) return known;
    const id = texts.push(sought, soughtLength);
    hashes.push(hashed);
    table.add(hashed, id);
    return id;
  };

  const idOf = (name: string) => {
    if (!seek(name)) throw new RangeError(`a name has at most ${String(textBytesMax)} bytes`);
    return idOfSought();
  };

  const idOfEncoded = (bytes: Uint8Array, start: number, length: number) => {
    soughtLength = length;
    for (let at = 0; at < length; at++) sought[at] = bytes[start + at] ?? 0;
    return idOfSought();
  };

  const nameOf = (id: number) => {
    if (id >= texts.size()) return '';
    const place = id % decodedMax;
    const known = decodedIds[place] === id ? decoded[place] : undefined;
    if (known !== undefined) return known;
    const text = texts.at(id);
    const name = text.toString();
    if (text.length > decodedBytesMax) return name;
    decodedIds[place] = id;
    decoded[place] = name;
    return name;
  };

  return { idOf, find, nameOf, encodedOf: texts.at, idOfEncoded, size: texts.size };
};

/** Returns the number of bytes. Most names are ASCII, and need no call into the runtime. */
const encode = (name: string, to: Buffer) => {
  if (name.length > textBytesMax) return name.length;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code > 0x7f) return to.write(name);
    to[at] = code;
  }
  return name.length;
};

/** FNV-1a with the last step of MurmurHash3, which spreads the end of a name over all bits. */
const hash = (bytes: Uint8Array, length: number, seed: number) => {
  let value = seed;
  for (let at = 0; at < length; at++) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};
