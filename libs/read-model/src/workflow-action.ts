import type { ActionType } from '@karrio/domain';
import { sql, type Kysely } from 'kysely';
import { findDefinition, isNamed } from './definition.ts';
import { definitionOrders, type DefinitionOrder } from './order.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { Database, WorkflowActionRow } from './schema.ts';

export type ActionFilter = Readonly<{
  order_by?: DefinitionOrder | null | undefined;
  /** Part of the name, the slug or the description, or the id. */
  keyword?: string | null | undefined;
  /** One that is no `ActionType` is that of no action. */
  action_type?: string | null | undefined;
}>;

export const findAction = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<WorkflowActionRow | undefined> => findDefinition(db, 'workflow_action', org, id);

export const findActionsBySlugs = async (
  db: Kysely<Database>,
  org: string,
  slugs: readonly string[],
): Promise<readonly WorkflowActionRow[]> =>
  slugs.length === 0
    ? []
    : db
        .selectFrom('workflow_action')
        .selectAll()
        .where('org_id', '=', org)
        .where('slug', 'in', slugs)
        .where('deleted_at', 'is', null)
        .execute();

/** Newest first unless asked otherwise. @throws CursorError */
export const listActions = (
  db: Kysely<Database>,
  org: string,
  filter: ActionFilter,
  page: PageRequest,
): Promise<Page<WorkflowActionRow>> => {
  const order = definitionOrders[filter.order_by ?? 'newest'];
  return pageOf(db, actionsMatching(db, org, filter).selectAll(), { list: 'workflow_actions', order }, page);
};

const actionsMatching = (db: Kysely<Database>, org: string, { keyword, action_type }: ActionFilter) => {
  let query = db.selectFrom('workflow_action').where('org_id', '=', org).where('deleted_at', 'is', null);
  if (keyword) query = query.where(isNamed(keyword));
  if (action_type) query = query.where('action_type', '=', sql<ActionType>`${action_type}`);
  return query;
};
