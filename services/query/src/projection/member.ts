import type { OrganizationEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { MemberRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

/** Who leaves keeps a row, and gets it back with another invitation. */
export const memberChange = (
  orgId: string,
  { type, data, revision }: Recorded<OrganizationEvent>,
): RowChange<MemberRow> | undefined => {
  const { at } = data;
  switch (type) {
    case 'MemberJoined':
      return {
        created: {
          id: data.memberId,
          org_id: orgId,
          user_id: data.userId,
          role: data.role,
          created_at: at,
          updated_at: at,
          removed_at: null,
          revision,
        },
      };
    case 'MemberRoleChanged':
      return { changed: { id: data.memberId, role: data.role, updated_at: at, revision } };
    case 'MemberRemoved':
      return { changed: { id: data.memberId, removed_at: at, updated_at: at, revision } };
    default:
      return undefined;
  }
};
