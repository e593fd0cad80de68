import { parseStream } from '@karrio/contracts';
import { isOrganizationEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

/** What each user is a member of, as far as the log was followed. */
export const createMemberships = () => {
  const orgsOf = new Map<string, Set<string>>();
  const userOf = new Map<string, string>();
  return {
    apply: (event: Recorded): void => {
      if (!isOrganizationEvent(event)) return;
      const { type, data, stream } = event;
      const org = parseStream(stream)?.id ?? '';
      if (type === 'MemberJoined') {
        userOf.set(data.memberId, data.userId);
        orgsOf.set(data.userId, (orgsOf.get(data.userId) ?? new Set()).add(org));
      }
      if (type === 'MemberRemoved') orgsOf.get(userOf.get(data.memberId) ?? '')?.delete(org);
    },
    of: (userId: string): readonly string[] => [...(orgsOf.get(userId) ?? [])],
  };
};
