import { sql } from 'kysely';
import { cursorOf, CursorError, placeIn } from './cursor.ts';
import type { Order } from './order.ts';
import type { Page, PageRequest } from './page.ts';

type Named = Readonly<{ slug: string }>;

const asGiven: Order<Named> = {
  name: 'given',
  direction: 'asc',
  keys: [{ column: sql.ref('slug'), type: 'text', of: ({ slug }) => slug }],
};

/** A page of what is in memory, in the order that it has there. @throws CursorError */
export const pageOfMemory = <Row extends Named>(
  list: string,
  rows: readonly Row[],
  { first, offset = 0, after, before }: PageRequest,
): Page<Row> => {
  const listing = { list, order: asGiven };
  const placeOf = (cursor: string, field: 'after' | 'before') => {
    const [slug] = placeIn(cursor, field, listing);
    const place = rows.findIndex((row) => row.slug === slug);
    if (place < 0) throw new CursorError(field, 'is of something that the filter does not match');
    return place;
  };
  const end = before ? placeOf(before, 'before') : rows.length;
  const start = (after ? placeOf(after, 'after') + 1 : before ? Math.max(0, end - first) : 0) + offset;
  const shown = rows.slice(start, Math.min(start + first, end));
  return {
    rows: shown,
    cursors: shown.map((row) => cursorOf(listing, row)),
    hasNext: async () => start + shown.length < rows.length,
    hasPrevious: async () => start > 0 && rows.length > 0,
    count: async () => ({ count: rows.length, isExact: true }),
  };
};
