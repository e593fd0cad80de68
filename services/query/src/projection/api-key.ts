import type { OrganizationEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { ApiKeyRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

/** Keys live in their organization's stream, and have rows of their own. */
export const apiKeyChange = (
  orgId: string,
  { type, data, revision }: Recorded<OrganizationEvent>,
): RowChange<ApiKeyRow> | undefined => {
  switch (type) {
    case 'ApiKeyIssued':
      return {
        created: {
          id: data.keyId,
          org_id: orgId,
          name: data.name,
          hash: data.hash,
          role: data.role,
          test_mode: data.testMode,
          created_at: data.at,
          revoked_at: null,
          expires_at: data.expiresAt ?? null,
          revision,
        },
      };
    case 'ApiKeyRevoked':
      return { changed: { id: data.keyId, revoked_at: data.at, revision } };
    default:
      return undefined;
  }
};
