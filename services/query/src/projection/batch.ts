import { parseStream } from '@karrio/contracts';
import {
  isActionEvent,
  isOrganizationEvent,
  isRunEvent,
  isTriggerEvent,
  isWorkflowEvent,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { Database } from '@karrio/read-model';
import { apiKeyChange } from './api-key.ts';
import { organizationChange } from './organization.ts';
import { collectChanges, type TableChanges } from './row-change.ts';
import { runActionChange } from './run-action.ts';
import { runChange } from './run.ts';
import { tables, type TableName } from './table.ts';
import { workflowActionChange } from './workflow-action.ts';
import { workflowTriggerChange } from './workflow-trigger.ts';
import { workflowChange } from './workflow.ts';

export type BatchChanges = Readonly<{ [Name in TableName]: TableChanges<Database[Name]> }>;

/**
 * All that a batch of the log does to the read models; events of a stream in `parked` queue up behind the
 * one that was refused. Pure, and the same rows come out however the log is cut into batches. An event of a
 * type that only a newer build knows changes nothing.
 */
export const changesOf = (events: readonly Recorded[], parked: ReadonlySet<string>): BatchChanges => {
  const batch = collectors();
  for (const event of events) {
    if (parked.has(event.stream)) batch.parked_event.add(event.id, { created: parkedRow(event, null) });
    else collect(batch, event);
  }
  return {
    organization: batch.organization.result(),
    api_key: batch.api_key.result(),
    workflow: batch.workflow.result(),
    workflow_action: batch.workflow_action.result(),
    workflow_trigger: batch.workflow_trigger.result(),
    run: batch.run.result(),
    run_action: batch.run_action.result(),
    parked_event: batch.parked_event.result(),
  };
};

/** What takes the place of an event's rows when they were refused. */
export const parkedChange = (event: Recorded, error: string): BatchChanges => {
  const { parked_event, ...nothing } = changesOf([], new Set());
  return { ...nothing, parked_event: { ...parked_event, created: [parkedRow(event, error)] } };
};

const collectors = () => ({
  organization: collectChanges<Database['organization']>(),
  api_key: collectChanges<Database['api_key']>(),
  workflow: collectChanges<Database['workflow']>(),
  workflow_action: collectChanges<Database['workflow_action']>(),
  workflow_trigger: collectChanges<Database['workflow_trigger']>(),
  run: collectChanges<Database['run']>(),
  run_action: collectChanges<Database['run_action']>(tables.run_action.kept),
  parked_event: collectChanges<Database['parked_event']>(),
});

const collect = (batch: ReturnType<typeof collectors>, event: Recorded): void => {
  const id = parseStream(event.stream)?.id;
  if (id === undefined) return;
  if (isRunEvent(event)) {
    batch.run.add(id, runChange(id, event));
    if ('attempt' in event.data) {
      batch.run_action.add(`${id} ${event.data.slug} ${event.data.attempt}`, runActionChange(id, event));
    }
  } else if (isWorkflowEvent(event)) {
    batch.workflow.add(id, workflowChange(id, event));
  } else if (isActionEvent(event)) {
    batch.workflow_action.add(id, workflowActionChange(id, event));
  } else if (isTriggerEvent(event)) {
    batch.workflow_trigger.add(id, workflowTriggerChange(id, event));
  } else if (isOrganizationEvent(event)) {
    batch.organization.add(id, organizationChange(id, event));
    if ('keyId' in event.data) batch.api_key.add(event.data.keyId, apiKeyChange(id, event));
  }
};

const parkedRow = (
  { stream, revision, position, type, recordedAt }: Recorded,
  error: string | null,
): Database['parked_event'] => ({
  stream,
  revision,
  position: String(position),
  type,
  recorded_at: recordedAt,
  error,
});
