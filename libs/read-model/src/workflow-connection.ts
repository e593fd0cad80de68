import type { AuthType } from '@karrio/domain';
import type { Kysely } from 'kysely';
import { contains } from './contains.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { Database, WorkflowConnectionRow } from './schema.ts';

export type ConnectionFilter = Readonly<{
  /** Part of the name, the slug or the description, or the id. */
  keyword?: string | null | undefined;
  auth_type?: AuthType | null | undefined;
}>;

export const findConnection = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<WorkflowConnectionRow | undefined> =>
  db
    .selectFrom('workflow_connection')
    .selectAll()
    .where('org_id', '=', org)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();

export const findConnectionsByIds = async (
  db: Kysely<Database>,
  org: string,
  ids: readonly string[],
): Promise<readonly WorkflowConnectionRow[]> =>
  ids.length === 0
    ? []
    : db
        .selectFrom('workflow_connection')
        .selectAll()
        .where('org_id', '=', org)
        .where('id', 'in', ids)
        .where('deleted_at', 'is', null)
        .execute();

/** Newest first. */
export const listConnections = async (
  db: Kysely<Database>,
  org: string,
  filter: ConnectionFilter,
  page: PageRequest,
): Promise<Page<WorkflowConnectionRow>> => {
  const matching = connectionsMatching(db, org, filter);
  const rows = await matching
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .offset(page.offset)
    .limit(page.first + 1)
    .execute();
  return pageOf(rows, page, async () => {
    const { count } = await matching
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  });
};

const connectionsMatching = (db: Kysely<Database>, org: string, { keyword, auth_type }: ConnectionFilter) => {
  let query = db.selectFrom('workflow_connection').where('org_id', '=', org).where('deleted_at', 'is', null);
  if (keyword) {
    query = query.where((eb) =>
      eb.or([
        eb('id', '=', keyword),
        eb('name', 'ilike', contains(keyword)),
        eb('slug', 'ilike', contains(keyword)),
        eb('description', 'ilike', contains(keyword)),
      ]),
    );
  }
  if (auth_type) query = query.where('auth_type', '=', auth_type);
  return query;
};
