import type { Kysely } from 'kysely';
import type { Database, EntityChangeRow, RunRow } from './schema.ts';

/**
 * An organisation's runs that changed after a position of the log, as they are now, so many at most, in the order of
 * their last changes. A position is that of one event, so whoever has all up to one of these has missed none before.
 */
export const runsChangedAfter = (
  db: Kysely<Database>,
  org: string,
  after: bigint,
  max: number,
): Promise<readonly RunRow[]> =>
  db
    .selectFrom('run')
    .selectAll()
    .where('org_id', '=', org)
    .where('position', '>', String(after))
    .orderBy('position')
    .limit(max)
    .execute();

/** The same of everything that is no run. */
export const entitiesChangedAfter = (
  db: Kysely<Database>,
  org: string,
  after: bigint,
  max: number,
): Promise<readonly EntityChangeRow[]> =>
  db
    .selectFrom('entity_change')
    .selectAll()
    .where('org_id', '=', org)
    .where('position', '>', String(after))
    .orderBy('position')
    .limit(max)
    .execute();
