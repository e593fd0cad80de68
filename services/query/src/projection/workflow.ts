import { completeWorkflow, type WorkflowEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { WorkflowRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const workflowChange = (
  id: string,
  { type, data, revision, metadata }: Recorded<WorkflowEvent>,
): RowChange<WorkflowRow> => {
  const { at } = data;
  switch (type) {
    case 'WorkflowCreated':
      return {
        created: {
          id,
          org_id: metadata.org,
          slug: data.slug,
          is_active: data.isActive,
          ...columnsOf(data.definition),
          created_at: at,
          updated_at: at,
          deleted_at: null,
          revision,
        },
      };
    case 'WorkflowRevised':
      return { changed: { id, ...columnsOf(data.definition), updated_at: at, revision } };
    case 'WorkflowActivated':
      return { changed: { id, is_active: true, updated_at: at, revision } };
    case 'WorkflowDeactivated':
      return { changed: { id, is_active: false, updated_at: at, revision } };
    case 'WorkflowDeleted':
      return { changed: { id, deleted_at: at, updated_at: at, revision } };
  }
};

const columnsOf = (definition: Parameters<typeof completeWorkflow>[0]) => {
  const { name, description, actionNodes, metadata, templateSlug, runTimeoutMs, onFailure } =
    completeWorkflow(definition);
  return {
    name,
    description,
    action_nodes: actionNodes,
    metadata,
    template_slug: templateSlug,
    run_timeout_ms: runTimeoutMs,
    on_failure: onFailure,
  };
};
