import pg from 'pg';
import type { CanaryFlock } from './canary-flock.ts';
import type { Searched } from './search-folder.ts';

/** Every row of every table, as JSON: on disk Postgres packs what is long. */
export const searchDatabase = async (url: string, flock: Pick<CanaryFlock, 'seenIn'>): Promise<Searched> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const contents: { name: string; text: string }[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(
        `select row_to_json(t)::text as text from ${name} t`,
      );
      contents.push({ name, text: rows.map(({ text }) => text).join('\n') });
    }
    return {
      sightings: contents.flatMap(({ name, text }) => flock.seenIn(`table ${name}`, text)),
      bytes: contents.reduce((sum, { text }) => sum + text.length, 0),
    };
  } finally {
    await client.end();
  }
};
