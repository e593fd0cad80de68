import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNames, type Names } from './names.ts';
import { textBytesMax } from './texts.ts';

const name = fc.oneof(
  fc.stringMatching(/^(run|order)-[0-9a-f]{1,3}$/),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constant(''),
);

const encodedIn = (names: Names, name: string) => {
  const bytes = Buffer.from(`behind ${name} before`);
  return names.idOfEncoded(bytes, 7, Buffer.byteLength(name));
};

describe('names', () => {
  it('are numbered in the order of their first appearance, and found again', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 3000 }), fc.array(name, { maxLength: 100 }), (all, others) => {
        const names = createNames();
        const ids = new Map<string, number>();
        for (const text of all) {
          if (!ids.has(text)) ids.set(text, ids.size);
          expect(names.idOf(text)).toBe(ids.get(text));
        }
        expect(names.size()).toBe(ids.size);
        for (const [text, id] of ids) {
          expect(names.find(text)).toBe(id);
          expect(names.nameOf(id)).toBe(text);
          expect(names.encodedOf(id)).toEqual(Buffer.from(text));
        }
        for (const text of others) expect(names.find(text)).toBe(ids.get(text));
      }),
      { numRuns: 30 },
    );
  });

  it('are the same as text and as UTF-8', () => {
    const names = createNames();
    expect(encodedIn(names, 'größe-流')).toBe(names.idOf('größe-流'));
    expect(names.idOf('run-1')).toBe(encodedIn(names, 'run-1'));
  });

  it('stay apart by the hundred thousand', () => {
    const names = createNames();
    const count = 100_000;
    for (let id = 0; id < count; id++) names.idOf(`run-${String(id)}`);
    const isKept = (id: number) =>
      names.find(`run-${String(id)}`) === id && names.nameOf(id) === `run-${String(id)}`;
    expect(Array.from({ length: count }, (_, id) => id).filter((id) => !isKept(id))).toEqual([]);
    expect(names.find(`run-${String(count)}`)).toBeUndefined();
    expect(names.nameOf(count)).toBe('');
  });

  it('have up to 65,535 bytes, and longer ones are not known', () => {
    const names = createNames();
    const longest = '流'.repeat(textBytesMax / 3);
    expect(names.nameOf(names.idOf(longest))).toBe(longest);
    expect(names.nameOf(names.idOf('a'.repeat(textBytesMax)))).toHaveLength(textBytesMax);
    expect(names.nameOf(names.idOf('next'))).toBe('next');
    for (const tooLong of [`${longest}a`, 'a'.repeat(textBytesMax + 1)]) {
      expect(names.find(tooLong)).toBeUndefined();
      expect(() => names.idOf(tooLong)).toThrow('65535 bytes');
    }
  });
});
