import { canonicalJson, type Json } from '@karrio/domain';
import pg from 'pg';
import type { Rows } from '../audit/evidence.ts';

const tablesQuery = `select table_name as name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE'
    and table_name not in ('checkpoint', 'api_key_use') and table_name not like '%migration%'`;

/** Every row of every table but what says how far the projection is, and when keys were used: no event tells that. */
export const dumpRows = async (url: string): Promise<Rows> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(tablesQuery);
    const dumped = new Map<string, readonly string[]>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: Json }>(
        `select to_jsonb(t) as row from ${pg.escapeIdentifier(name)} t`,
      );
      dumped.set(
        name,
        rows.map(({ row }) => canonicalJson(row)),
      );
    }
    return dumped;
  } finally {
    await client.end();
  }
};
