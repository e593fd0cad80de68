import type { UserEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { UserRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const userChange = (
  id: string,
  { type, data, revision }: Recorded<UserEvent>,
): RowChange<UserRow> | undefined => {
  const { at } = data;
  switch (type) {
    case 'UserAdded':
      return {
        created: {
          id,
          sealed_email: data.sealedEmail,
          sealed_name: null,
          sealed_password: null,
          created_at: at,
          updated_at: at,
          revision,
        },
      };
    case 'UserNamed':
      return { changed: { id, sealed_name: data.sealedName, updated_at: at, revision } };
    case 'PasswordSet':
      return { changed: { id, sealed_password: data.sealedHash, updated_at: at, revision } };
    default:
      return undefined;
  }
};
