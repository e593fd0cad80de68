import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPostingLists, type PostingLists } from './posting-lists.ts';

const contentOf = (lists: PostingLists, list: number) =>
  Array.from({ length: lists.end(list) - lists.start(list) }, (_, index) =>
    lists.at(list, lists.start(list) + index),
  );

describe('posting lists', () => {
  it('give back what was added and not dropped, for any mixture of lists', () => {
    const step = fc.record({ list: fc.nat(20), drop: fc.option(fc.nat(9), { freq: 4 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2000 }), (steps) => {
        const lists = createPostingLists();
        const model = new Map<number, { start: number; values: number[] }>();
        for (const [value, { list, drop }] of steps.entries()) {
          const expected = model.get(list) ?? { start: 0, values: [] };
          model.set(list, expected);
          if (drop === null) {
            lists.add(list, value);
            expected.values.push(value);
          } else {
            lists.dropBefore(list, expected.start + drop);
            expected.start += expected.values.splice(0, drop).length;
          }
        }
        for (const [list, { start, values }] of model) {
          expect(lists.start(list)).toBe(start);
          expect(contentOf(lists, list)).toEqual(values);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('hold a list longer than a page between short ones', () => {
    const lists = createPostingLists();
    for (let value = 0; value < 200_000; value++) lists.add(value % 1000 === 0 ? value : 7, value);
    expect(lists.at(7, 0)).toBe(1);
    expect(lists.at(7, lists.end(7) - 1)).toBe(199_999);
    expect(lists.at(199_000, 0)).toBe(199_000);
  });

  it('begin where their first entry says', () => {
    const lists = createPostingLists();
    lists.add(5, 70, 12);
    lists.add(5, 71);
    expect([lists.start(5), lists.end(5), lists.at(5, 12), lists.at(5, 13)]).toEqual([12, 14, 70, 71]);
    expect(() => lists.at(5, 11)).toThrow(RangeError);
  });

  it('count on when all of a list was dropped', () => {
    const lists = createPostingLists();
    for (const value of [1, 2, 3]) lists.add(5, value);
    lists.dropBefore(5, 3);
    expect([lists.start(5), lists.end(5)]).toEqual([3, 3]);
    lists.add(5, 4);
    expect(lists.at(5, 3)).toBe(4);
  });

  it('know no entry behind the last one', () => {
    const lists = createPostingLists();
    lists.add(3, 1);
    expect(lists.end(4)).toBe(0);
    expect(() => lists.at(3, 1)).toThrow(RangeError);
  });
});
