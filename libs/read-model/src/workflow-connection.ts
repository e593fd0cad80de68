import type { AuthType } from '@karrio/domain';
import type { Kysely } from 'kysely';
import { findDefinition, isNamed } from './definition.ts';
import { definitionOrders, type DefinitionOrder } from './order.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { Database, WorkflowConnectionRow } from './schema.ts';

export type ConnectionFilter = Readonly<{
  order_by?: DefinitionOrder | null | undefined;
  /** Part of the name, the slug or the description, or the id. */
  keyword?: string | null | undefined;
  auth_type?: AuthType | null | undefined;
}>;

export const findConnection = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<WorkflowConnectionRow | undefined> => findDefinition(db, 'workflow_connection', org, id);

/** Newest first unless asked otherwise. @throws CursorError */
export const listConnections = (
  db: Kysely<Database>,
  org: string,
  filter: ConnectionFilter,
  page: PageRequest,
): Promise<Page<WorkflowConnectionRow>> => {
  const order = definitionOrders[filter.order_by ?? 'newest'];
  return pageOf(
    db,
    connectionsMatching(db, org, filter).selectAll(),
    { list: 'workflow_connections', order },
    page,
  );
};

const connectionsMatching = (db: Kysely<Database>, org: string, { keyword, auth_type }: ConnectionFilter) => {
  let query = db.selectFrom('workflow_connection').where('org_id', '=', org).where('deleted_at', 'is', null);
  if (keyword) query = query.where(isNamed(keyword));
  if (auth_type) query = query.where('auth_type', '=', auth_type);
  return query;
};
