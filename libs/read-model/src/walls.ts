import type { PostgresPool } from 'kysely';
import type pg from 'pg';
import { readerRole } from './protect.ts';
import { forItsWork } from './until-aborted.ts';

/**
 * Views of one pool: connections that come from `walls(org)` see the rows of this organisation alone. A connection
 * stays with the organisation that it served last, so it costs a round trip only where the next one is another's.
 */
export const createWalls = (pool: pg.Pool): ((org: string | undefined) => PostgresPool) => {
  /** A new connection sees everything. */
  const behind = new WeakMap<pg.PoolClient, string>();

  const connect = async (org: string | undefined): Promise<pg.PoolClient> => {
    const client = forItsWork(await pool.connect(), pool.options);
    if (behind.get(client) === org) return client;
    try {
      await client.query(`select set_config('role', $1, false), set_config('karrio.org', $2, false)`, [
        org === undefined ? 'none' : readerRole,
        org ?? '',
      ]);
    } catch (error) {
      // Whose it is now is not known: nobody gets it.
      client.release(true);
      throw error;
    }
    if (org === undefined) behind.delete(client);
    else behind.set(client, org);
    return client;
  };

  return (org) => ({ options: pool.options, connect: () => connect(org), end: async () => {} });
};
