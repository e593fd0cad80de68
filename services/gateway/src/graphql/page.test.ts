import { describe, expect, it } from 'vitest';
import { connectionOf, pageOf } from './page.ts';

const cursor = (id: string) => Buffer.from(id).toString('base64');
const rows = (...ids: string[]) => ids.map((id) => ({ id }));

describe('a page', () => {
  it('is the first 25 rows unless said otherwise', () => {
    expect(pageOf(undefined)).toEqual({ first: 25, offset: 0 });
    expect(pageOf({ first: null, offset: 50 })).toEqual({ first: 25, offset: 50 });
    expect(pageOf({ first: 100 })).toEqual({ first: 100, offset: 0 });
  });

  it.each([{ first: 101 }, { first: 0 }, { first: -1 }, { offset: -1 }, { offset: 100_001 }])(
    'cannot be %j; the error names the argument and its range',
    (filter) => {
      expect(() => pageOf(filter)).toThrow(
        /^filter\.(first|offset) is -?\d+; it must be between \d+ and \d+\.$/,
      );
    },
  );
});

describe('page_info', () => {
  const info = async (ids: string[], total: number, offset: number) => {
    const page = { rows: rows(...ids), hasNext: offset + ids.length < total, count: async () => total };
    const { count, hasPreviousPage, ...rest } = connectionOf(page, { first: 2, offset }).pageInfo;
    return { ...rest, count: await count(), hasPreviousPage: await hasPreviousPage() };
  };

  it('of a first page with more behind it', async () => {
    expect(await info(['a', 'b'], 3, 0)).toEqual({
      count: 3,
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: cursor('a'),
      endCursor: cursor('b'),
    });
  });

  it('of a last page names its last edge and the pages before', async () => {
    expect(await info(['c'], 3, 2)).toEqual({
      count: 3,
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: cursor('c'),
      endCursor: cursor('c'),
    });
  });

  it('of nothing has no cursors and no neighbours', async () => {
    expect(await info([], 0, 50)).toEqual({
      count: 0,
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });

  it('beyond the end still knows that there are pages before', async () => {
    expect(await info([], 3, 50)).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });
});
