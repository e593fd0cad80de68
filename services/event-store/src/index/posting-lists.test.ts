import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPostingLists } from './posting-lists.ts';

describe('posting lists', () => {
  it('give back what was added, for any mixture of lists', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 2000 }), (additions) => {
        const lists = createPostingLists();
        const model = new Map<number, number[]>();
        for (const [value, list] of additions.entries()) {
          lists.add(list, value);
          model.set(list, [...(model.get(list) ?? []), value]);
        }
        for (const [list, values] of model) {
          expect(Array.from({ length: lists.count(list) }, (_, at) => lists.at(list, at))).toEqual(values);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('hold a list longer than a page between short ones', () => {
    const lists = createPostingLists();
    for (let value = 0; value < 200_000; value++) lists.add(value % 1000 === 0 ? value : 7, value);
    expect(lists.at(7, 0)).toBe(1);
    expect(lists.at(7, lists.count(7) - 1)).toBe(199_999);
    expect(lists.at(199_000, 0)).toBe(199_000);
  });

  it('know no entry behind the last one', () => {
    const lists = createPostingLists();
    lists.add(3, 1);
    expect(lists.count(4)).toBe(0);
    expect(() => lists.at(3, 1)).toThrow(RangeError);
  });
});
