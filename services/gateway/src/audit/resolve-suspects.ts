import { findHolders, findMemberOrganizations, type ReadModel } from '@karrio/read-model';
import type { Told } from './refusal-tally.ts';

/** What stands in the audit log of one organisation. `subject`: the user that somebody tried to be, or a trigger. */
export type Concerned = Readonly<{ org: string; actor: string; subject: string | null; told: Told }>;

/** The audit log of the server itself, for what concerns no organisation that is known. */
const server = 'system';
const anonymous = 'anonymous';

/**
 * Finds out whom refusals concern: the organisation of the key, also of one that was revoked or is over; those that a
 * user is a member of. `strangers` are those of whom nobody knows anything. Two statements for however many there are.
 */
export const resolveSuspects = async (
  db: ReadModel['db'],
  all: readonly Told[],
): Promise<Readonly<{ concerned: readonly Concerned[]; strangers: readonly Told[] }>> => {
  const digests = all.flatMap(({ suspect }) => (suspect.kind === 'credential' ? suspect.digest : []));
  const holders = new Map((await findHolders(db, digests)).map((holder) => [holder.hash, holder]));
  const users = all.flatMap(({ suspect }) => (suspect.kind === 'account' ? suspect.userId : []));
  const holding = [...holders.values()].flatMap(({ user_id }) => user_id ?? []);
  const memberships = Map.groupBy(
    await findMemberOrganizations(db, [...new Set([...users, ...holding])]),
    (membership) => membership.user_id,
  );
  const orgsOf = (userId: string | null) => memberships.get(userId ?? '')?.map(({ org_id }) => org_id) ?? [];

  const concerns = (told: Told): readonly Concerned[] => {
    const { suspect } = told;
    switch (suspect.kind) {
      case 'caller':
        return [{ org: suspect.org, actor: suspect.actor, subject: null, told }];
      case 'credential': {
        const holder = holders.get(suspect.digest);
        if (!holder) return [];
        const { id: actor, org_id, user_id } = holder;
        return (org_id === null ? orgsOf(user_id) : [org_id]).map((org) => ({
          org,
          actor: user_id ?? actor,
          subject: null,
          told,
        }));
      }
      case 'account': {
        const { userId: subject } = suspect;
        return orgsOf(subject).map((org) => ({ org, actor: anonymous, subject, told }));
      }
      case 'sender':
        return [{ org: suspect.org, actor: anonymous, subject: suspect.triggerId, told }];
      case 'stranger':
        return [{ org: server, actor: anonymous, subject: null, told }];
    }
  };
  const found = all.map((told) => ({ told, concerned: concerns(told) }));
  return {
    concerned: found.flatMap(({ concerned }) => concerned),
    strangers: found
      .filter(({ concerned }) => concerned.length === 0)
      .map(({ told }) => ({ ...told, suspect: { kind: 'stranger' } })),
  };
};
