import { completeTrigger, type RecordedTrigger, type TriggerEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { WorkflowTriggerRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const workflowTriggerChange = (
  id: string,
  { type, data, revision, metadata }: Recorded<TriggerEvent>,
): RowChange<WorkflowTriggerRow> => {
  const { at } = data;
  switch (type) {
    case 'TriggerCreated':
      return {
        created: {
          id,
          org_id: metadata.org,
          workflow_id: data.workflowId,
          slug: data.slug,
          ...columnsOf(data.definition),
          created_at: at,
          updated_at: at,
          deleted_at: null,
          revision,
        },
      };
    case 'TriggerRevised':
      return { changed: { id, ...columnsOf(data.definition), updated_at: at, revision } };
    case 'TriggerDeleted':
      return { changed: { id, deleted_at: at, updated_at: at, revision } };
  }
};

const columnsOf = (recorded: RecordedTrigger) => {
  const definition = completeTrigger(recorded);
  return {
    trigger_type: definition.triggerType,
    name: definition.name,
    is_active: definition.isActive,
    test_mode: definition.testMode,
    parameters: definition.parameters,
    schedule: definition.schedule,
    schedule_policy: definition.schedulePolicy,
    secret_key: definition.secretKey,
    sealed_secret: definition.sealedSecret,
    shown_secret: definition.shownSecret,
    former_secret: definition.formerSecret,
    webhook: definition.webhook,
    event: definition.event,
    template_slug: definition.templateSlug,
  };
};
