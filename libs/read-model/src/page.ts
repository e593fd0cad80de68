import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import { cursorOf, placeIn } from './cursor.ts';
import { beyond, type Order, type Place } from './order.ts';
import type { Database } from './schema.ts';

/** At most `first` rows: those after a cursor, or right before one, or after `offset` skipped ones. */
export type PageRequest = Readonly<{
  first: number;
  offset?: number;
  after?: string | null | undefined;
  before?: string | null | undefined;
}>;

/** A list counts no further: more than these, nobody pages through. */
export const countMax = 10_000;

/** Inexact where the list has more than `count`. */
export type Count = Readonly<{ count: number; isExact: boolean }>;

/** What is a function is a statement of its own, so only who asks pays for it. */
export type Page<Row> = Readonly<{
  rows: readonly Row[];
  /** Of each row. */
  cursors: readonly string[];
  hasNext: () => Promise<boolean>;
  hasPrevious: () => Promise<boolean>;
  count: () => Promise<Count>;
}>;

/** A list by its name, which its cursors say, and its order. */
export type Listing<Row> = Readonly<{ list: string; order: Order<Row> }>;

type Query<Table extends keyof Database, Row> = SelectQueryBuilder<Database, Table, Row>;

/** One page of the rows that a query selects. @throws CursorError */
export const pageOf = async <Table extends keyof Database, Row>(
  db: Kysely<Database>,
  query: Query<Table, Row>,
  listing: Listing<Row>,
  request: PageRequest,
): Promise<Page<Row>> => {
  const slice = sliceOf(listing, request);
  const { rows } = await db.executeQuery(slicedOf(query, slice));
  return assemble(rows, listing, slice, {
    count: async () => {
      const counted = countedOf(query).as('counted');
      const [row] = await db
        .selectFrom(counted)
        .select(sql<number>`count(*)::int`.as('count'))
        .execute();
      return row?.count ?? 0;
    },
    exists: async (bound) => {
      const found = await probeOf(query, slice, bound).execute();
      return found.length > 0;
    },
  });
};

/** What a page request asks of the rows. */
export type Slice<Row> = Readonly<{
  order: Order<Row>;
  first: number;
  offset: number;
  after: Place | undefined;
  before: Place | undefined;
}>;

export const sliceOf = <Row>(
  listing: Listing<Row>,
  { first, offset, after, before }: PageRequest,
): Slice<Row> => ({
  order: listing.order,
  first,
  offset: offset ?? 0,
  after: after ? placeIn(after, 'after', listing) : undefined,
  before: before ? placeIn(before, 'before', listing) : undefined,
});

/** The slice's rows and one more, which says that there is another page; backwards from `before`. */
export const slicedOf = <Table extends keyof Database, Row>(
  query: Query<Table, Row>,
  { order, first, offset, after, before }: Slice<Row>,
): Query<Table, Row> => {
  const direction = before ? opposite[order.direction] : order.direction;
  let sliced = query;
  if (after) sliced = sliced.where(beyond(order, after, 'after'));
  if (before) sliced = sliced.where(beyond(order, before, 'before'));
  for (const { column } of order.keys) sliced = sliced.orderBy(column, direction);
  return sliced.limit(first + 1).$if(offset > 0, (skipping) => skipping.offset(offset));
};

const opposite = { asc: 'desc', desc: 'asc' } as const;

export const countedOf = <Table extends keyof Database, Row>(query: Query<Table, Row>) =>
  query
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(countMax + 1);

/** `before` and `after`: rows at the slice's cursor count as well, since it has just been shown. */
export type Bound = 'at or before' | 'at or after' | 'anywhere';

export const probeOf = <Table extends keyof Database, Row>(
  query: Query<Table, Row>,
  { order, after, before }: Slice<Row>,
  bound: Bound,
) => {
  const place = bound === 'at or before' ? after : before;
  const probed =
    bound === 'anywhere' || place === undefined
      ? query
      : query.where(beyond(order, place, bound === 'at or before' ? 'before' : 'after', true));
  return probed
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(1);
};

type Lookups = Readonly<{ count: () => Promise<number>; exists: (bound: Bound) => Promise<boolean> }>;

export const assemble = <Row>(
  found: readonly Row[],
  listing: Listing<Row>,
  { first, offset, after, before }: Slice<Row>,
  { count, exists }: Lookups,
): Page<Row> => {
  const kept = found.slice(0, first);
  const rows = before ? kept.toReversed() : kept;
  const hasMore = found.length > first;
  const hasBefore = async () =>
    after ? exists('at or before') : offset > 0 && (rows.length > 0 || (await exists('anywhere')));
  return {
    rows,
    cursors: rows.map((row) => cursorOf(listing, row)),
    hasNext: async () => (before ? exists('at or after') : hasMore),
    hasPrevious: async () => (before ? hasMore : hasBefore()),
    count: async () => {
      const counted = await count();
      return { count: Math.min(counted, countMax), isExact: counted <= countMax };
    },
  };
};
