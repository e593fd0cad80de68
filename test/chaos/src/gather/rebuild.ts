import { appliedPosition, openReadModel } from '@karrio/read-model';
import { eventually, startService } from '@karrio/testing';
import pg from 'pg';
import type { Rows } from '../audit/evidence.ts';
import type { Stack } from '../stack/stack.ts';
import { dumpRows } from './dump-rows.ts';

const name = 'chaos_rebuilt';
const rebuiltMs = 180_000;

/** Another `query` on an empty database, beside the one that went through everything. */
export const rebuild = async (stack: Stack): Promise<Rows> => {
  const client = new pg.Client(stack.postgres);
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(stack.postgres);
  url.pathname = name;
  const env = { DATABASE_URL: url.href, NATS_URL: stack.nats, EVENTSTORE_URL: stack.eventstore };
  await using _ = await startService('query', env);
  const goal = await readTo(stack.postgres);
  const isThere = async () => (await readTo(url.href)) >= goal;
  await eventually('the rebuild is where the read models are', isThere, rebuiltMs);
  return await dumpRows(url.href);
};

/** How far the read models of a database are; throws while there is none. */
export const readTo = async (url: string): Promise<bigint> => {
  await using readModel = openReadModel({ url, poolMax: 1, applicationName: 'chaos' });
  return await appliedPosition(readModel.db);
};
