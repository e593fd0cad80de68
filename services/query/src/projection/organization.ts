import type { OrganizationEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { OrganizationRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const organizationChange = (
  id: string,
  { type, data, revision }: Recorded<OrganizationEvent>,
): RowChange<OrganizationRow> | undefined => {
  if (type === 'OrganizationCreated') {
    return { created: { id, name: data.name, created_at: data.at, revision } };
  }
  return type === 'OrganizationRenamed' ? { changed: { id, name: data.name, revision } } : undefined;
};
