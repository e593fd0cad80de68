import type { Recorded } from '@karrio/event-store-client';
import type { EntityChangeRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

type Entity = Readonly<{ org: string; entity: string; id: string }>;

/** Where in the log an entity last changed, of whatever kind it is. */
export const entityChange = (
  { org, entity, id }: Entity,
  { position, revision, type }: Recorded,
): RowChange<EntityChangeRow> => ({
  created: {
    entity,
    id,
    org_id: org,
    position: String(position),
    is_deleted: type.endsWith('Deleted'),
    revision,
  },
});
