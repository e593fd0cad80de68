import type { TriggerType } from '@karrio/domain';
import { sql, type Kysely } from 'kysely';
import type { Database, WorkflowTriggerRow } from './schema.ts';

export const findTrigger = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<WorkflowTriggerRow | undefined> =>
  db
    .selectFrom('workflow_trigger')
    .selectAll()
    .where('org_id', '=', org)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();

/** Of each workflow the oldest first. */
export const findTriggersOfWorkflows = async (
  db: Kysely<Database>,
  org: string,
  workflowIds: readonly string[],
): Promise<readonly WorkflowTriggerRow[]> =>
  workflowIds.length === 0
    ? []
    : db
        .selectFrom('workflow_trigger')
        .selectAll()
        .where('org_id', '=', org)
        .where('workflow_id', 'in', workflowIds)
        .where('deleted_at', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .execute();

/** What the trigger endpoint needs to know before it lets a request in. */
export type Webhook = Readonly<{
  org_id: string;
  workflow_id: string;
  is_active: boolean;
  /** Of its webhook trigger, else of another one; null where it has none. */
  trigger_type: TriggerType | null;
  secret_key: string | null;
  sealed_secret: string | null;
}>;

/** Not by organization: the endpoint's URL names the workflow alone, and this finds whose it is. */
export const findWebhook = (db: Kysely<Database>, workflowId: string): Promise<Webhook | undefined> =>
  db
    .selectFrom('workflow')
    .leftJoin('workflow_trigger', (join) =>
      join
        .onRef('workflow_trigger.workflow_id', '=', 'workflow.id')
        .onRef('workflow_trigger.org_id', '=', 'workflow.org_id')
        .on('workflow_trigger.deleted_at', 'is', null),
    )
    .select([
      'workflow.org_id',
      'workflow.id as workflow_id',
      'workflow.is_active',
      'trigger_type',
      'secret_key',
      'sealed_secret',
    ])
    .where('workflow.id', '=', workflowId)
    .where('workflow.deleted_at', 'is', null)
    .orderBy(sql`workflow_trigger.trigger_type is not distinct from 'webhook'`, 'desc')
    .orderBy('workflow_trigger.is_active', 'desc')
    .orderBy('workflow_trigger.created_at')
    .executeTakeFirst();
