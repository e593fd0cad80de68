import type { Invitation, NewApiKey, OrganizationEvent } from './event.ts';
import type { Role } from './role.ts';

export type Member = Readonly<{ memberId: string; userId: string; role: Role }>;

export type LiveOrganization = Readonly<{
  status: 'live';
  name: string;
  /** Those that were not revoked, by id. */
  keys: ReadonlyMap<string, NewApiKey>;
  /** By their ids as members. */
  members: ReadonlyMap<string, Member>;
  /** Neither accepted nor revoked, by id. */
  invitations: ReadonlyMap<string, Invitation>;
}>;
export type OrganizationState = { readonly status: 'absent' } | LiveOrganization;

export const evolveOrganization = (state: OrganizationState, event: OrganizationEvent): OrganizationState => {
  if (event.type === 'OrganizationCreated') {
    const { name } = event.data;
    return { status: 'live', name, keys: new Map(), members: new Map(), invitations: new Map() };
  }
  return state.status === 'live' ? evolveLive(state, event) : state;
};

const evolveLive = (
  state: LiveOrganization,
  { type, data }: Exclude<OrganizationEvent, { type: 'OrganizationCreated' }>,
): LiveOrganization => {
  const { keys, members, invitations } = state;
  switch (type) {
    case 'OrganizationRenamed':
      return { ...state, name: data.name };
    case 'ApiKeyIssued':
      return { ...state, keys: having(keys, data.keyId, { ...data, expiresAt: data.expiresAt ?? null }) };
    case 'ApiKeyRevoked':
      return { ...state, keys: without(keys, data.keyId) };
    case 'MemberInvited':
      return { ...state, invitations: having(invitations, data.invitationId, data) };
    case 'InvitationRevoked':
      return { ...state, invitations: without(invitations, data.invitationId) };
    case 'MemberJoined':
      return {
        ...state,
        members: having(members, data.memberId, data),
        invitations: without(invitations, data.invitationId ?? ''),
      };
    case 'MemberRoleChanged': {
      const member = members.get(data.memberId);
      return member
        ? { ...state, members: having(members, data.memberId, { ...member, role: data.role }) }
        : state;
    }
    case 'MemberRemoved':
      return { ...state, members: without(members, data.memberId) };
  }
};

const having = <T>(map: ReadonlyMap<string, T>, id: string, value: T): ReadonlyMap<string, T> =>
  new Map([...map, [id, value]]);

const without = <T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> =>
  new Map([...map].filter(([known]) => known !== id));

export const memberOf = ({ members }: LiveOrganization, userId: string): Member | undefined =>
  [...members.values()].find((member) => member.userId === userId);

/** What an API key or a user may do here; undefined for who is none of the organisation's, or no more. */
export const roleOf = (state: LiveOrganization, actor: string, at: string): Role | undefined => {
  const key = state.keys.get(actor);
  if (key) return isExpired(key, at) ? undefined : key.role;
  return memberOf(state, actor)?.role;
};

export const isExpired = ({ expiresAt }: Readonly<{ expiresAt: string | null }>, at: string): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= Date.parse(at);
