import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { provided } from './provided.ts';

export type Database = AsyncDisposable & Readonly<{ url: string }>;

/** An empty database on the run's PostgreSQL, dropped on disposal whoever is still connected. */
export const freshDatabase = async (): Promise<Database> => {
  const server = await provided('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await executeOnceUnused(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => executeOnceUnused(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
};

/**
 * PostgreSQL gives those who use a database, autovacuum in the template for one, five seconds to leave it. On a
 * busy machine they may need more.
 */
const executeOnceUnused = async (url: string, statement: string, triesLeft = 10): Promise<void> => {
  try {
    await execute(url, statement);
  } catch (error) {
    if (triesLeft === 0 || !(error instanceof pg.DatabaseError) || error.code !== objectInUse) throw error;
    await delay(500);
    await executeOnceUnused(url, statement, triesLeft - 1);
  }
};

const objectInUse = '55006';

const execute = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client(url);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
};
