import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import {
  assemble,
  countedOf,
  probeOf,
  slicedOf,
  sliceOf,
  type Bound,
  type Listing,
  type Page,
  type PageRequest,
} from './page.ts';
import type { Database } from './schema.ts';

/** The parent of a row, in a query for `pageOfEach`. */
export const parentId = sql.ref<string>('parent_id');

/**
 * The same page of each parent's list, by one statement for all of them. The query names `parentId`.
 * @throws CursorError
 */
export const pageOfEach = async <Table extends keyof Database, Row>(
  db: Kysely<Database>,
  parents: readonly string[],
  query: SelectQueryBuilder<Database, Table, Row>,
  listing: Listing<Row>,
  request: PageRequest,
): Promise<readonly Page<Row>[]> => {
  const slice = sliceOf(listing, request);
  const of = sql`unnest(${parents}::id[]) as parent (parent_id)`;
  const direction = sql.raw(
    (slice.before !== undefined) === (slice.order.direction === 'asc') ? 'desc' : 'asc',
  );
  const ordered = sql.join(slice.order.keys.map(({ column }) => sql`${column} ${direction}`));
  const { rows } = await sql<Row & { parent_id: string }>`select parent_id, page.* from ${of}
    cross join lateral (${slicedOf(query, slice)}) page order by parent_id, ${ordered}`.execute(db);
  const rowsOf = Map.groupBy(rows, ({ parent_id }) => parent_id);

  const each = async <Value>(value: ReturnType<typeof sql<Value>>): Promise<ReadonlyMap<string, Value>> => {
    const found = await sql<{ parent_id: string; value: Value }>`select parent_id, ${value} as value
      from ${of}`.execute(db);
    return new Map(found.rows.map((row) => [row.parent_id, row.value]));
  };
  const counts = once(() => each(sql<number>`(select count(*)::int from (${countedOf(query)}) counted)`));
  const probes = onceFor((bound: Bound) => each(sql<boolean>`exists (${probeOf(query, slice, bound)})`));

  return parents.map((parent) =>
    assemble<Row>(rowsOf.get(parent) ?? [], listing, slice, {
      count: async () => (await counts()).get(parent) ?? 0,
      exists: async (bound) => (await probes(bound)).get(parent) ?? false,
    }),
  );
};

const once = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
};

const onceFor = <Argument, Value>(make: (argument: Argument) => Value): ((argument: Argument) => Value) => {
  const made = new Map<Argument, () => Value>();
  return (argument) => {
    const known = made.get(argument) ?? once(() => make(argument));
    made.set(argument, known);
    return known();
  };
};
