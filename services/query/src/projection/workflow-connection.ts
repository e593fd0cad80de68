import {
  shownCredentials,
  shownMetafield,
  type ConnectionDefinition,
  type ConnectionEvent,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { WorkflowConnectionRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const workflowConnectionChange = (
  id: string,
  { type, data, revision, metadata }: Recorded<ConnectionEvent>,
): RowChange<WorkflowConnectionRow> => {
  const { at } = data;
  switch (type) {
    case 'ConnectionCreated':
      return {
        created: {
          id,
          org_id: metadata.org,
          slug: data.slug,
          ...columnsOf(data.definition),
          created_at: at,
          updated_at: at,
          deleted_at: null,
          revision,
        },
      };
    case 'ConnectionRevised':
      return { changed: { id, ...columnsOf(data.definition), updated_at: at, revision } };
    case 'ConnectionDeleted':
      return { changed: { id, deleted_at: at, updated_at: at, revision } };
  }
};

const columnsOf = (definition: ConnectionDefinition) => ({
  name: definition.name,
  description: definition.description,
  auth_type: definition.authType,
  host: definition.host,
  port: definition.port,
  endpoint: definition.endpoint,
  template_engine: definition.templateEngine,
  auth_template: definition.authTemplate,
  parameters_template: definition.parametersTemplate,
  metafields: definition.metafields.map(shownMetafield),
  credentials: shownCredentials(definition.credentials),
  metadata: definition.metadata,
  template_slug: definition.templateSlug,
});
