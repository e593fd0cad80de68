import { sql, type Kysely } from 'kysely';
import type { Database, RunRow } from './schema.ts';

export type ParkedFilter = Readonly<{
  ids?: readonly string[] | null | undefined;
  /** One that is no `ParkCause` is that of no run. */
  cause?: string | null | undefined;
  workflow_id?: string | null | undefined;
  /** An action's slug. */
  action?: string | null | undefined;
  test_mode: boolean;
}>;

/** Runs that wait for a person for the same reason. */
export type ParkedGroup = Readonly<{
  cause: string;
  workflow_id: string;
  action: string | null;
  count: number;
  first: string;
  last: string;
}>;

/** The largest groups first, so many at most. */
export const groupParkedRuns = (
  db: Kysely<Database>,
  org: string,
  filter: ParkedFilter,
  groupsMax: number,
): Promise<readonly ParkedGroup[]> =>
  parked(db, org, filter)
    .select([
      cause.as('cause'),
      'workflow_id',
      slug.as('action'),
      sql<number>`count(*)::int`.as('count'),
      sql<string>`min(${since})`.as('first'),
      sql<string>`max(${since})`.as('last'),
    ])
    .groupBy([cause, 'workflow_id', slug])
    .orderBy('count', 'desc')
    .orderBy('workflow_id')
    .limit(groupsMax)
    .execute();

/** The longest parked first, so many at most, and how many there are in all. */
export const findParkedRuns = async (
  db: Kysely<Database>,
  org: string,
  filter: ParkedFilter,
  runsMax: number,
): Promise<Readonly<{ runs: readonly RunRow[]; count: number }>> => {
  const matching = parked(db, org, filter);
  const runs = await matching.selectAll().orderBy(since).orderBy('id').limit(runsMax).execute();
  const { count } = await matching.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow();
  return { runs, count };
};

const cause = sql<string>`parked ->> 'cause'`;
const slug = sql<string | null>`parked ->> 'action'`;
const since = sql<string>`(parked ->> 'since')::timestamptz`;

const parked = (db: Kysely<Database>, org: string, filter: ParkedFilter) => {
  let query = db
    .selectFrom('run')
    .where('org_id', '=', org)
    .where('test_mode', '=', filter.test_mode)
    .where('parked', 'is not', null)
    .where('cancel', 'is', null);
  if (filter.ids) query = query.where('id', 'in', filter.ids);
  if (filter.cause) query = query.where(cause, '=', filter.cause);
  if (filter.workflow_id) query = query.where('workflow_id', '=', filter.workflow_id);
  if (filter.action) query = query.where(slug, '=', filter.action);
  return query;
};
