import { createColumn } from './column.ts';

const pageBytes = 64 * 1024;
const lengthBytes = 2;

/** The longest text that is kept, as UTF-8. */
export const textBytesMax = 0xffff;

/**
 * Texts one behind the other, numbered from 0: one of n bytes takes n + 10. A string of 40 characters takes 60, and
 * a place in a map and in an array as much again.
 */
export type Texts = Readonly<{
  push: (bytes: Uint8Array, length: number) => number;
  /** A view of the UTF-8, not a copy. */
  at: (id: number) => Buffer;
  equals: (id: number, bytes: Uint8Array, length: number) => boolean;
  size: () => number;
}>;

export const createTexts = (): Texts => {
  const pages: Buffer[] = [];
  const addresses = createColumn((length) => new Float64Array(length));
  let used = pageBytes;

  const push = (bytes: Uint8Array, length: number) => {
    const wanted = lengthBytes + length;
    if (used + wanted > pageBytes) {
      pages.push(Buffer.allocUnsafeSlow(Math.max(pageBytes, wanted)));
      used = 0;
    }
    addresses.push((pages.length - 1) * pageBytes + used);
    const page = pages.at(-1) ?? nothing;
    page.writeUInt16LE(length, used);
    for (let at = 0; at < length; at++) page[used + lengthBytes + at] = bytes[at] ?? 0;
    used += wanted;
    return addresses.size() - 1;
  };

  const at = (id: number) => {
    const address = addresses.at(id);
    const page = pages[Math.floor(address / pageBytes)] ?? nothing;
    const start = (address % pageBytes) + lengthBytes;
    return page.subarray(start, start + page.readUInt16LE(start - lengthBytes));
  };

  const equals = (id: number, bytes: Uint8Array, length: number) => {
    const address = addresses.at(id);
    const page = pages[Math.floor(address / pageBytes)] ?? nothing;
    const start = address % pageBytes;
    if (page.readUInt16LE(start) !== length) return false;
    for (let at = 0; at < length; at++) if (page[start + lengthBytes + at] !== bytes[at]) return false;
    return true;
  };

  return { push, at, equals, size: addresses.size };
};

const nothing = Buffer.alloc(0);
