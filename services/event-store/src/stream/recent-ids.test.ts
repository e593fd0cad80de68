import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecentIds } from './recent-ids.ts';

/** Few enough to come again, and alike in most of their digits. */
const id = fc
  .record({ high: fc.nat(3), low: fc.nat(40) })
  .map(({ high, low }) => `0000000${String(high)}-abcd-4ef0-8000-${low.toString(16).padStart(12, '0')}`);

const any = () => true;

describe('recent ids', () => {
  it('are as a model of the last ones has them, also when only some events are wanted', () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 300 }), fc.array(id, { maxLength: 30 }), (added, sought) => {
        const recent = createRecentIds(64);
        for (const [ordinal, one] of added.entries()) recent.add(one, ordinal);
        const held = [...added.entries()].slice(-64).reverse();
        const isEven = (ordinal: number) => ordinal % 2 === 0;
        for (const one of [...sought, ...added]) {
          expect(recent.find(one, any)).toBe(held.find(([, known]) => known === one)?.[0]);
          expect(recent.find(one, isEven)).toBe(
            held.find(([ordinal, known]) => known === one && isEven(ordinal))?.[0],
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  it('can be packed and added again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 100 }), fc.nat(100), fc.nat(100), (added, from, to) => {
        const recent = createRecentIds(64);
        for (const [ordinal, one] of added.entries()) recent.add(one, ordinal);
        const again = createRecentIds(64);
        again.addPacked(recent.packed(from, to), from);
        for (const [ordinal, one] of added.entries()) {
          const isKept = ordinal >= from && ordinal < to && ordinal >= added.length - 64;
          expect(again.find(one, any)).toBe(isKept ? ordinal : undefined);
        }
      }),
    );
  });

  it('tell apart ids that differ in any one digit', () => {
    const zeros = '00000000-0000-0000-0000-000000000000';
    const recent = createRecentIds(64);
    recent.add(zeros, 7);
    for (let at = 0; at < zeros.length; at++) {
      if (zeros[at] === '-') continue;
      expect(recent.find(`${zeros.slice(0, at)}f${zeros.slice(at + 1)}`, any)).toBeUndefined();
    }
    expect(recent.find(zeros, any)).toBe(7);
  });
});
