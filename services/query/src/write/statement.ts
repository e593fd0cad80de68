import type { TableChanges } from '../projection/row-change.ts';
import { tables, type TableName } from '../projection/table.ts';

/** One JSON array of rows, and what they are. */
export type Part = Readonly<{ table: TableName; are: keyof TableChanges<unknown> }>;

/**
 * One statement writes a whole batch: it moves the checkpoint from where this process left it, and only if
 * it was still there do the rows follow. One statement is one transaction and one round trip.
 *
 * Parameters: projection, position from, position to, then the rows of each part.
 */
export const statementOf = (parts: readonly Part[]): string => {
  const writes = parts.map(
    (part, index) => `,\n${part.table}_${part.are} as (${write[part.are](part.table, `$${index + 4}`)})`,
  );
  return `with moved as (
  update checkpoint set position = $3 where projection = $1 and position = $2 returning position
)${writes.join('')}
select position from moved`;
};

/** A row that is there already shows at least as much of its stream, unless its revision is lower. */
const created = (table: TableName, rows: string): string => {
  const { key, kept, columns } = tables[table];
  const assignments = [
    ...columns.map((column) => `${column} = excluded.${column}`),
    ...kept.map((column) => `${column} = coalesce(excluded.${column}, ${table}.${column})`),
  ];
  return `
  insert into ${table} select r.* from moved, json_populate_recordset(null::${table}, ${rows}) r
  on conflict (${key.join(', ')}) do update set ${assignments.join(', ')}
  where ${table}.revision < excluded.revision`;
};

/** Columns that a change does not name stay as they are: the row itself is what the JSON is read into. */
const changed = (table: TableName, rows: string): string => {
  const { columns } = tables[table];
  return `
  update ${table} t set (${columns.join(', ')}) =
    (select ${columns.map((column) => `p.${column}`).join(', ')} from json_populate_record(t, c.value) p)
  from moved, json_array_elements(${rows}) c
  where t.id = c.value ->> 'id' and t.revision < (c.value ->> 'revision')::int`;
};

const removed = (table: TableName, rows: string): string => {
  const [owner] = tables[table].key;
  return `
  delete from ${table} t using moved, json_populate_recordset(null::${table}, ${rows}) r
  where t.${owner} = r.${owner} and t.revision < r.revision`;
};

const write = { created, changed, removed };
