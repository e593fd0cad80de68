import type { FormerSecret, TriggerType, WebhookPolicy } from '@karrio/domain';
import type { Kysely } from 'kysely';
import { findDefinition } from './definition.ts';
import type { Database, WorkflowTriggerRow } from './schema.ts';

export const findTrigger = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<WorkflowTriggerRow | undefined> => findDefinition(db, 'workflow_trigger', org, id);

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

/** What a webhook's address needs to know before it lets a request in. */
export type WebhookRow = Readonly<{
  org_id: string;
  workflow_id: string;
  is_active: boolean;
  /** Null, as all that follows, where the workflow has no webhook trigger. */
  trigger_id: string | null;
  trigger_type: TriggerType | null;
  trigger_is_active: boolean | null;
  test_mode: boolean | null;
  secret_key: string | null;
  sealed_secret: string | null;
  former_secret: FormerSecret | null;
  webhook: WebhookPolicy | null;
}>;

const webhookColumns = [
  'workflow.org_id',
  'workflow.id as workflow_id',
  'workflow.is_active',
  'workflow_trigger.id as trigger_id',
  'trigger_type',
  'workflow_trigger.is_active as trigger_is_active',
  'test_mode',
  'secret_key',
  'sealed_secret',
  'former_secret',
  'webhook',
] as const;

/**
 * Of several, the oldest that is not paused. Not by organization, as the next one: the address names nothing else,
 * and this finds whose it is.
 */
export const findWebhookOfWorkflow = (
  db: Kysely<Database>,
  workflowId: string,
): Promise<WebhookRow | undefined> =>
  db
    .selectFrom('workflow')
    .leftJoin('workflow_trigger', (join) =>
      join
        .onRef('workflow_trigger.workflow_id', '=', 'workflow.id')
        .onRef('workflow_trigger.org_id', '=', 'workflow.org_id')
        .on('workflow_trigger.trigger_type', '=', 'webhook')
        .on('workflow_trigger.deleted_at', 'is', null),
    )
    .select(webhookColumns)
    .where('workflow.id', '=', workflowId)
    .where('workflow.deleted_at', 'is', null)
    .orderBy('workflow_trigger.is_active', 'desc')
    .orderBy('workflow_trigger.created_at')
    .orderBy('workflow_trigger.id')
    .executeTakeFirst();

export const findWebhookOfTrigger = (
  db: Kysely<Database>,
  triggerId: string,
): Promise<WebhookRow | undefined> =>
  db
    .selectFrom('workflow_trigger')
    .innerJoin('workflow', (join) =>
      join
        .onRef('workflow.id', '=', 'workflow_trigger.workflow_id')
        .onRef('workflow.org_id', '=', 'workflow_trigger.org_id')
        .on('workflow.deleted_at', 'is', null),
    )
    .select(webhookColumns)
    .where('workflow_trigger.id', '=', triggerId)
    .where('workflow_trigger.deleted_at', 'is', null)
    .executeTakeFirst();
