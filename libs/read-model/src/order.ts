import { sql, type RawBuilder } from 'kysely';

export type PlaceValue = string | number;
/** Where a row stands in a list: its values of what the list is ordered by. */
export type Place = readonly PlaceValue[];

type Key<Row> = Readonly<{
  column: RawBuilder<unknown>;
  type: 'timestamptz' | 'text' | 'int';
  of: (row: Row) => PlaceValue;
}>;

/** All keys in one direction, so that Postgres compares a row's place as a whole, by one index. */
export type Order<Row> = Readonly<{
  name: string;
  direction: 'asc' | 'desc';
  keys: readonly Key<Row>[];
}>;

type Dated = Readonly<{ id: string; created_at: string }>;

export const id: Key<Dated> = { column: sql.ref('id'), type: 'text', of: (row) => row.id };
export const createdAt: Key<Dated> = {
  column: sql.ref('created_at'),
  type: 'timestamptz',
  of: ({ created_at }) => created_at,
};
const updatedAt: Key<Readonly<{ updated_at: string }>> = {
  column: sql.ref('updated_at'),
  type: 'timestamptz',
  of: ({ updated_at }) => updated_at,
};
const nameKey: Key<Readonly<{ name: string }>> = {
  column: sql.ref('name'),
  type: 'text',
  of: ({ name }) => name,
};

const newest: Order<Dated> = { name: 'newest', direction: 'desc', keys: [createdAt, id] };
const oldest: Order<Dated> = { name: 'oldest', direction: 'asc', keys: [createdAt, id] };

type Definition = Dated & Readonly<{ updated_at: string; name: string }>;

export const definitionOrders = {
  newest,
  oldest,
  /** Last changed first. */
  changed: { name: 'changed', direction: 'desc', keys: [updatedAt, id] },
  name: { name: 'name', direction: 'asc', keys: [nameKey, id] },
} as const satisfies Readonly<Record<string, Order<Definition>>>;
export type DefinitionOrder = keyof typeof definitionOrders;

export const runOrders = { newest, oldest } as const;
export type RunOrder = keyof typeof runOrders;

/** In which rules are asked: the higher priority first, of equal ones the older rule. */
export const ruleOrder: Order<Dated & Readonly<{ priority: number }>> = {
  name: 'priority',
  direction: 'asc',
  keys: [{ column: sql`(-priority)`, type: 'int', of: ({ priority }) => -priority }, createdAt, id],
};

type Attached = Dated & Readonly<{ object_id: string | null; place: number }>;

/** Those of one object together and as it has them, the newest object first. */
export const metafieldOrder: Order<Attached> = {
  name: 'objects',
  direction: 'desc',
  keys: [
    createdAt,
    { column: sql`coalesce(object_id, '')`, type: 'text', of: ({ object_id }) => object_id ?? '' },
    { column: sql`(-place)`, type: 'int', of: ({ place }) => -place },
    id,
  ],
};

/** Rows on one side of a place; with `isInclusive` also the row that stands there. */
export const beyond = <Row>(
  { direction, keys }: Order<Row>,
  place: Place,
  side: 'after' | 'before',
  isInclusive = false,
): RawBuilder<boolean> => {
  const isGreater = (side === 'after') === (direction === 'asc');
  const operator = sql.raw(`${isGreater ? '>' : '<'}${isInclusive ? '=' : ''}`);
  const columns = sql.join(keys.map(({ column }) => column));
  const values = sql.join(keys.map(({ type }, at) => sql`${sql.val(place[at])}::${sql.raw(type)}`));
  return sql<boolean>`(${columns}) ${operator} (${values})`;
};
