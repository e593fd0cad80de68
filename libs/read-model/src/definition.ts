import { sql, type Kysely, type RawBuilder } from 'kysely';
import { contains } from './contains.ts';
import type { Database } from './schema.ts';

type DefinitionTable =
  'workflow' | 'workflow_action' | 'workflow_connection' | 'workflow_trigger' | 'shipping_rule';

/** One that is not deleted. */
export const findDefinition = async <Table extends DefinitionTable>(
  db: Kysely<Database>,
  table: Table,
  org: string,
  id: string,
): Promise<Database[Table] | undefined> => {
  const { rows } = await sql<Database[Table]>`
    select * from ${sql.table(table)}
    where org_id = ${org} and id = ${id} and deleted_at is null`.execute(db);
  return rows[0];
};

/** Those of them that are not deleted, in any order. */
export const findDefinitions = async <Table extends DefinitionTable>(
  db: Kysely<Database>,
  table: Table,
  org: string,
  ids: readonly string[],
): Promise<readonly Database[Table][]> => {
  if (ids.length === 0) return [];
  const { rows } = await sql<Database[Table]>`
    select * from ${sql.table(table)}
    where org_id = ${org} and id = any(${sql.val(ids)}::text[]) and deleted_at is null`.execute(db);
  return rows;
};

/** Of rows with these columns: part of the name, the slug or the description, or the id. */
export const isNamed = (keyword: string): RawBuilder<boolean> => {
  const pattern = contains(keyword);
  return sql<boolean>`(id = ${keyword}
    or name ilike ${pattern} or slug ilike ${pattern} or description ilike ${pattern})`;
};
