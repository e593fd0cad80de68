import { completeAction, shownMetafield, type ActionDefinition, type ActionEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { WorkflowActionRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const workflowActionChange = (
  id: string,
  { type, data, revision, metadata }: Recorded<ActionEvent>,
): RowChange<WorkflowActionRow> => {
  const { at } = data;
  switch (type) {
    case 'ActionCreated':
      return {
        created: {
          id,
          org_id: metadata.org,
          slug: data.slug,
          ...columnsOf(completeAction(data.definition)),
          created_at: at,
          updated_at: at,
          deleted_at: null,
          revision,
        },
      };
    case 'ActionRevised':
      return { changed: { id, ...columnsOf(completeAction(data.definition)), updated_at: at, revision } };
    case 'ActionDeleted':
      return { changed: { id, deleted_at: at, updated_at: at, revision } };
  }
};

const columnsOf = (definition: ActionDefinition) => ({
  name: definition.name,
  action_type: definition.actionType,
  description: definition.description,
  host: definition.host,
  port: definition.port,
  endpoint: definition.endpoint,
  method: definition.method,
  parameters_type: definition.parametersType,
  parameters_template: definition.parametersTemplate,
  header_template: definition.headerTemplate,
  content_type: definition.contentType,
  template_engine: definition.templateEngine,
  connection_id: definition.connectionId,
  http: definition.http,
  metafields: definition.metafields.map(shownMetafield),
  metadata: definition.metadata,
  template_slug: definition.templateSlug,
});
