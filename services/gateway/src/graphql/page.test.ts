import { describe, expect, it } from 'vitest';
import { connectionOf, pageOf } from './page.ts';

describe('a page', () => {
  it('is the first 25 rows unless said otherwise', () => {
    expect(pageOf(undefined)).toEqual({ first: 25, offset: 0 });
    expect(pageOf({ first: null, offset: 50 })).toEqual({ first: 25, offset: 50 });
    expect(pageOf({ first: 100, after: 'c' })).toEqual({ first: 100, offset: 0, after: 'c' });
  });

  it.each([{ first: 101 }, { first: 0 }, { first: -1 }, { offset: -1 }, { offset: 100_001 }])(
    'cannot be %j; the error names the argument and its range',
    (filter) => {
      expect(() => pageOf(filter)).toThrow(
        /^filter\.(first|offset) is -?\d+; it must be between \d+ and \d+\.$/,
      );
    },
  );

  it('begins at one place: at a cursor, or after so many', () => {
    expect(() => pageOf({ after: 'a', before: 'b' })).toThrow(/^filter\.before cannot be given with after/);
    expect(() => pageOf({ after: 'a', offset: 1 })).toThrow(/^filter\.offset cannot be given with after/);
  });
});

describe('a connection', () => {
  it('has the cursors of its first and its last edge, and counts once for all who ask', async () => {
    let counts = 0;
    const { edges, pageInfo } = connectionOf({
      rows: ['a', 'b', 'c'],
      cursors: ['at a', 'at b', 'at c'],
      hasNext: async () => false,
      hasPrevious: async () => false,
      count: async () => ({ count: ++counts, isExact: true }),
    });
    expect(edges.map(({ cursor }) => cursor)).toEqual(['at a', 'at b', 'at c']);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual(['at a', 'at c']);
    expect(await Promise.all([pageInfo.count(), pageInfo.count()])).toEqual([
      { count: 1, isExact: true },
      { count: 1, isExact: true },
    ]);
  });

  it('of nothing has no cursors', () => {
    const nothing = { cursors: [], hasNext: async () => false, hasPrevious: async () => false };
    const { pageInfo } = connectionOf({
      ...nothing,
      rows: [],
      count: async () => ({ count: 0, isExact: true }),
    });
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([null, null]);
  });
});
