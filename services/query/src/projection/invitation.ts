import type { OrganizationEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { InvitationRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const invitationChange = (
  orgId: string,
  { type, data, revision }: Recorded<OrganizationEvent>,
): RowChange<InvitationRow> | undefined => {
  switch (type) {
    case 'MemberInvited':
      return {
        created: {
          id: data.invitationId,
          org_id: orgId,
          user_id: data.userId,
          role: data.role,
          hash: data.hash,
          created_at: data.at,
          expires_at: data.expiresAt,
          accepted_at: null,
          revoked_at: null,
          revision,
        },
      };
    case 'InvitationRevoked':
      return { changed: { id: data.invitationId, revoked_at: data.at, revision } };
    case 'MemberJoined':
      return data.invitationId === null
        ? undefined
        : { changed: { id: data.invitationId, accepted_at: data.at, revision } };
    default:
      return undefined;
  }
};
