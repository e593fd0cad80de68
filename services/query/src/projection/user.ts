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
          address_id: id,
          sealed_email: data.sealedEmail,
          sealed_name: null,
          sealed_password: null,
          ...noReset,
          created_at: at,
          updated_at: at,
          revision,
        },
      };
    case 'UserNamed':
      return { changed: { id, sealed_name: data.sealedName, updated_at: at, revision } };
    case 'PasswordSet':
      return { changed: { id, sealed_password: data.sealedHash, ...noReset, updated_at: at, revision } };
    case 'PasswordResetIssued':
      return {
        changed: { id, reset_hash: data.hash, reset_expires_at: data.expiresAt, updated_at: at, revision },
      };
    case 'EmailChanged': {
      const { sealedEmail: sealed_email, addressId: address_id } = data;
      return { changed: { id, sealed_email, address_id, updated_at: at, revision } };
    }
    default:
      return undefined;
  }
};

const noReset = { reset_hash: null, reset_expires_at: null } as const;
