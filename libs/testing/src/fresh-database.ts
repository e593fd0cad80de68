import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { provided } from './provided.ts';

export type Database = AsyncDisposable & Readonly<{ url: string }>;

/** An empty database on the run's PostgreSQL, dropped on disposal whoever is still connected. */
export const freshDatabase = async (): Promise<Database> => {
  const server = await provided('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => execute(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
};

const execute = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client(url);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
};
