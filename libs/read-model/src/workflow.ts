import type { TriggerType } from '@karrio/domain';
import type { Kysely } from 'kysely';
import { findDefinition, isNamed } from './definition.ts';
import { definitionOrders, type DefinitionOrder } from './order.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { Database, WorkflowRow } from './schema.ts';

export type WorkflowFilter = Readonly<{
  order_by?: DefinitionOrder | null | undefined;
  /** Part of the name, the slug or the description, or the id. */
  keyword?: string | null | undefined;
  trigger_type?: TriggerType | null | undefined;
  is_active?: boolean | null | undefined;
}>;

export const findWorkflow = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<WorkflowRow | undefined> => findDefinition(db, 'workflow', org, id);

/** Deleted ones too, since their runs still show them. */
export const findWorkflowsByIds = async (
  db: Kysely<Database>,
  org: string,
  ids: readonly string[],
): Promise<readonly WorkflowRow[]> =>
  ids.length === 0
    ? []
    : db.selectFrom('workflow').selectAll().where('org_id', '=', org).where('id', 'in', ids).execute();

/** Newest first unless asked otherwise. @throws CursorError */
export const listWorkflows = (
  db: Kysely<Database>,
  org: string,
  filter: WorkflowFilter,
  page: PageRequest,
): Promise<Page<WorkflowRow>> => {
  const order = definitionOrders[filter.order_by ?? 'newest'];
  return pageOf(db, workflowsMatching(db, org, filter).selectAll(), { list: 'workflows', order }, page);
};

const workflowsMatching = (
  db: Kysely<Database>,
  org: string,
  { keyword, trigger_type, is_active }: WorkflowFilter,
) => {
  let query = db.selectFrom('workflow').where('workflow.org_id', '=', org).where('deleted_at', 'is', null);
  if (keyword) query = query.where(isNamed(keyword));
  if (trigger_type) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('workflow_trigger')
          .select('workflow_trigger.id')
          .whereRef('workflow_trigger.workflow_id', '=', 'workflow.id')
          .where('workflow_trigger.trigger_type', '=', trigger_type)
          .where('workflow_trigger.deleted_at', 'is', null),
      ),
    );
  }
  if (is_active !== null && is_active !== undefined) query = query.where('is_active', '=', is_active);
  return query;
};
