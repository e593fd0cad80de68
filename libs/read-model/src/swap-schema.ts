import { sql, type Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** Where tables are filled beside those that are read, which are in `public`. */
export const nextSchema = 'read_models_next';
/** Where those that were read before stay. */
const formerSchema = 'read_models_former';

/** An empty place for tables; whatever was left of an earlier time is gone. */
export const makeNextSchema = async (db: Kysely<Database>): Promise<void> => {
  for (const schema of [nextSchema, formerSchema]) {
    await sql`drop schema if exists ${sql.ref(schema)} cascade`.execute(db);
  }
  await sql`create schema ${sql.ref(nextSchema)}`.execute(db);
};

export type RowCount = Readonly<{ table: string; former: number; now: number }>;

/**
 * Puts the tables beside in the place of those that are read, at once. `arrived` resolves when they are as far as
 * those; meanwhile nobody writes to those, and everybody reads them.
 */
export const swapSchemas = (
  db: Kysely<Database>,
  arrived: () => Promise<void>,
): Promise<readonly RowCount[]> =>
  db.transaction().execute(async (tx) => {
    await sql`lock table public.checkpoint in exclusive mode`.execute(tx);
    await arrived();
    const next = sql.ref(nextSchema);
    // The one table that is not from the log.
    await sql`insert into ${next}.api_key_use (key_id, org_id, last_used_at)
      select key_id, org_id, last_used_at from public.api_key_use`.execute(tx);
    const counts = await countRows(tx);
    await sql`alter schema public rename to ${sql.ref(formerSchema)}`.execute(tx);
    await sql`alter schema ${next} rename to public`.execute(tx);
    return counts;
  });

const countRows = async (db: Kysely<Database>): Promise<readonly RowCount[]> => {
  const { rows: tables } = await sql<{ table: string; is_former: boolean }>`
    select n.tablename as table, f.tablename is not null as is_former from pg_tables n
    left join pg_tables f on f.tablename = n.tablename and f.schemaname = 'public'
    where n.schemaname = ${nextSchema} and n.tablename not like 'kysely%' order by 1`.execute(db);
  const counts: RowCount[] = [];
  for (const { table, is_former } of tables) {
    const former = is_former ? await countOf(db, 'public', table) : 0;
    counts.push({ table, former, now: await countOf(db, nextSchema, table) });
  }
  return counts;
};

const countOf = async (db: Kysely<Database>, schema: string, table: string): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${sql.ref(`${schema}.${table}`)}`.execute(db);
  return rows[0]?.count ?? 0;
};
