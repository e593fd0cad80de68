import { shownMetafield, type Metafield, type MetafieldEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { MetafieldRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const metafieldChange = (
  id: string,
  { type, data, revision, metadata }: Recorded<MetafieldEvent>,
): RowChange<MetafieldRow> => {
  const { at } = data;
  switch (type) {
    case 'MetafieldCreated':
      return {
        created: {
          id,
          org_id: metadata.org,
          ...columnsOf(data.metafield),
          created_at: at,
          updated_at: at,
          deleted_at: null,
          revision,
        },
      };
    case 'MetafieldRevised':
      return { changed: { id, ...columnsOf(data.metafield), updated_at: at, revision } };
    case 'MetafieldDeleted':
      return { changed: { id, deleted_at: at, updated_at: at, revision } };
  }
};

const columnsOf = (metafield: Metafield) => {
  const { key, type, isRequired, value, secret } = shownMetafield(metafield);
  return { key, type, is_required: isRequired, value, secret };
};
