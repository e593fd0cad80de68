import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** The one projection there is: all read models move together. */
export const projectionName = 'read_models';

/** The position of the log up to which the rows are written; -1 before the first event. */
export const appliedPosition = async (db: Kysely<Database>): Promise<bigint> => {
  const row = await db
    .selectFrom('checkpoint')
    .select('position')
    .where('projection', '=', projectionName)
    .executeTakeFirst();
  return BigInt(row?.position ?? -1);
};
