import { refusal, type Refusal } from '../definition/refusal.ts';
import { accept, reject, type Decider, type Decision } from '../event.ts';
import type { Invitation, NewApiKey, OrganizationEvent } from './event.ts';
import { isAtLeast, may, rolesWith, type Permission, type Role } from './role.ts';
import {
  evolveOrganization,
  isExpired,
  memberOf,
  roleOf,
  type LiveOrganization,
  type Member,
  type OrganizationState,
} from './state.ts';

/** Its first owner: whoever has the key, or a user. */
export type Founder = Readonly<{ apiKey: NewApiKey }> | Readonly<{ memberId: string; userId: string }>;

/** `by`: the API key or the user that asks. */
type Asked = Readonly<{ by: string; at: string }>;

/** What members and keys with the permission do to an organisation that is there. */
export type AdministerOrganization = Asked &
  (
    | Readonly<{ type: 'RenameOrganization'; name: string }>
    | Readonly<{ type: 'IssueApiKey'; apiKey: NewApiKey }>
    | Readonly<{ type: 'RevokeApiKey'; keyId: string }>
    | (Readonly<{ type: 'InviteMember' }> & Invitation)
    | Readonly<{ type: 'RevokeInvitation'; invitationId: string }>
    | Readonly<{ type: 'ChangeMemberRole'; memberId: string; role: Role }>
    | Readonly<{ type: 'RemoveMember'; memberId: string }>
  );

export type OrganizationCommand =
  | Readonly<{ type: 'CreateOrganization'; id: string; name: string; founder: Founder; at: string }>
  /** By who has the text that `hash` is of. */
  | Readonly<{ type: 'AcceptInvitation'; hash: string; memberId: string; at: string }>
  | AdministerOrganization;

type Outcome = Decision<OrganizationEvent, Refusal>;

const decide = (state: OrganizationState, command: OrganizationCommand): Outcome => {
  if (command.type === 'CreateOrganization') {
    return state.status === 'live'
      ? reject(refusal('already-exists', 'id', 'An organisation with this id exists.'))
      : create(command);
  }
  if (state.status !== 'live') return reject(unknownOrganization);
  if (command.type === 'AcceptInvitation') return acceptInvitation(state, command);
  const role = roleOf(state, command.by, command.at);
  if (role === undefined) return reject(unknownOrganization);
  return administer(state, command, role);
};

export const organization: Decider<OrganizationState, OrganizationCommand, OrganizationEvent, Refusal> = {
  initial: { status: 'absent' },
  evolve: evolveOrganization,
  decide,
};

const unknownOrganization = refusal('not-found', 'id', 'No organisation of yours has this id.');

const create = ({
  id,
  name,
  founder,
  at,
}: Extract<OrganizationCommand, { type: 'CreateOrganization' }>): Outcome =>
  accept<OrganizationEvent>(
    { type: 'OrganizationCreated', data: { id, name, at } },
    'apiKey' in founder
      ? { type: 'ApiKeyIssued', data: { ...founder.apiKey, at } }
      : { type: 'MemberJoined', data: { ...founder, role: 'owner', invitationId: null, at } },
  );

/** One that was accepted, was revoked or never was looks the same to who only has a text. */
const acceptInvitation = (
  state: LiveOrganization,
  { hash, memberId, at }: Extract<OrganizationCommand, { type: 'AcceptInvitation' }>,
): Outcome => {
  const invitation = openInvitation(state, hash, at);
  if (!invitation) return reject(noInvitation);
  const { invitationId, userId, role } = invitation;
  return accept({ type: 'MemberJoined', data: { memberId, userId, role, invitationId, at } });
};

const noInvitation = refusal(
  'not-found',
  'token',
  'This invitation was accepted, was revoked or is over; ask for another one.',
);

export const openInvitation = (
  { invitations }: LiveOrganization,
  hash: string,
  at: string,
): Invitation | undefined =>
  [...invitations.values()].find((each) => each.hash === hash && !isExpired(each, at));

const administer = (state: LiveOrganization, command: AdministerOrganization, role: Role): Outcome => {
  const { at } = command;
  switch (command.type) {
    case 'RenameOrganization':
      return needing(role, 'organization:write', () =>
        command.name === state.name
          ? accept()
          : accept({ type: 'OrganizationRenamed', data: { name: command.name, at } }),
      );
    case 'IssueApiKey':
      return needing(role, 'keys:write', () => issueApiKey(state, command, role));
    case 'RevokeApiKey':
      return needing(role, 'keys:write', () => revokeApiKey(state, command, role));
    case 'InviteMember':
      return needing(role, 'members:write', () => invite(state, command, role));
    case 'RevokeInvitation':
      return needing(role, 'members:write', () => revokeInvitation(state, command));
    case 'ChangeMemberRole':
      return needing(role, 'members:write', () => changeRole(state, command, role));
    case 'RemoveMember':
      return removeMember(state, command, role);
  }
};

const needing = (role: Role, permission: Permission, decision: () => Outcome): Outcome =>
  may(role, permission) ? decision() : reject(lacking(role, permission));

const lacking = (role: Role, permission: Permission): Refusal =>
  refusal(
    'forbidden',
    'role',
    `The role ${role} lacks the permission ${permission}, which these roles have: ${rolesWith(permission).join(', ')}.`,
  );

/** Nobody gives more than they have; where nobody is an owner, an admin makes the first one. */
const giving = (state: LiveOrganization, mine: Role, given: Role, decision: () => Outcome): Outcome => {
  const isFirstOwner = given === 'owner' && mine === 'admin' && !hasOwner(state);
  return isAtLeast(mine, given) || isFirstOwner
    ? decision()
    : reject(refusal('forbidden', 'role', `The role ${mine} cannot give the role ${given}; an owner can.`));
};

const hasOwner = ({ keys, members }: LiveOrganization): boolean =>
  [...keys.values(), ...members.values()].some(({ role }) => role === 'owner');

type Of<Type extends AdministerOrganization['type']> = Extract<AdministerOrganization, { type: Type }>;

const issueApiKey = (state: LiveOrganization, { apiKey, at }: Of<'IssueApiKey'>, mine: Role): Outcome => {
  if (state.keys.has(apiKey.keyId)) {
    return reject(
      refusal(
        'already-exists',
        'id',
        'An earlier request made this key and was shown it; if it was lost, revoke it and make another.',
      ),
    );
  }
  if (isExpired(apiKey, at))
    return reject(refusal('invalid', 'expires_at', 'Choose a time that is to come.'));
  return giving(state, mine, apiKey.role, () => accept({ type: 'ApiKeyIssued', data: { ...apiKey, at } }));
};

const revokeApiKey = (state: LiveOrganization, { keyId, at }: Of<'RevokeApiKey'>, mine: Role): Outcome => {
  const key = state.keys.get(keyId);
  if (!key) {
    return reject(
      refusal('not-found', 'id', 'No API key in use has this id; list them with the api_keys query.'),
    );
  }
  return key.role === 'owner' && mine !== 'owner'
    ? reject(lacking(mine, 'owners:write'))
    : accept({ type: 'ApiKeyRevoked', data: { keyId, at } });
};

/** Another invitation of the same person takes the place of the one before. */
const invite = (state: LiveOrganization, command: Of<'InviteMember'>, mine: Role): Outcome => {
  const { invitationId, userId, role, hash, expiresAt, at } = command;
  if (memberOf(state, userId)) {
    return reject(
      refusal('already-exists', 'email', 'This person is a member; change the role with change_member_role.'),
    );
  }
  const earlier = [...state.invitations.values()].filter((each) => each.userId === userId);
  return giving(state, mine, role, () =>
    accept<OrganizationEvent>(
      ...earlier.map((each): OrganizationEvent => ({
        type: 'InvitationRevoked',
        data: { invitationId: each.invitationId, at },
      })),
      { type: 'MemberInvited', data: { invitationId, userId, role, hash, expiresAt, at } },
    ),
  );
};

const revokeInvitation = (state: LiveOrganization, { invitationId, at }: Of<'RevokeInvitation'>): Outcome =>
  state.invitations.has(invitationId)
    ? accept({ type: 'InvitationRevoked', data: { invitationId, at } })
    : reject(
        refusal('not-found', 'id', 'No open invitation has this id; list them with the invitations query.'),
      );

const changeRole = (
  state: LiveOrganization,
  { memberId, role, at }: Of<'ChangeMemberRole'>,
  mine: Role,
): Outcome => {
  const member = state.members.get(memberId);
  if (!member) return reject(unknownMember);
  if (member.role === role) return accept();
  return parting(state, member, mine, () =>
    giving(state, mine, role, () => accept({ type: 'MemberRoleChanged', data: { memberId, role, at } })),
  );
};

/** Everybody may leave. */
const removeMember = (
  state: LiveOrganization,
  { memberId, by, at }: Of<'RemoveMember'>,
  mine: Role,
): Outcome => {
  const member = state.members.get(memberId);
  if (member?.userId !== by && !may(mine, 'members:write')) return reject(lacking(mine, 'members:write'));
  return member
    ? parting(state, member, mine, () => accept({ type: 'MemberRemoved', data: { memberId, at } }))
    : reject(unknownMember);
};

/** Whose password somebody may have be chosen anew: a member’s who may no more than they, or why not. */
export const memberToReset = (
  state: OrganizationState,
  { memberId, by, at }: Asked & Readonly<{ memberId: string }>,
): Readonly<{ userId: string }> | Readonly<{ rejected: Refusal }> => {
  const mine = state.status === 'live' ? roleOf(state, by, at) : undefined;
  if (state.status !== 'live' || mine === undefined) return { rejected: unknownOrganization };
  if (!may(mine, 'members:write')) return { rejected: lacking(mine, 'members:write') };
  const member = state.members.get(memberId);
  if (!member) return { rejected: unknownMember };
  return isAtLeast(mine, member.role)
    ? { userId: member.userId }
    : { rejected: lacking(mine, 'owners:write') };
};

const unknownMember = refusal('not-found', 'id', 'No member has this id; list them with the members query.');

/** Whether a member's role may be taken: that of an owner by owners alone, and never that of the last one. */
const parting = (state: LiveOrganization, member: Member, mine: Role, decision: () => Outcome): Outcome => {
  if (member.role !== 'owner') return decision();
  if (!may(mine, 'owners:write')) return reject(lacking(mine, 'owners:write'));
  const owners = [...state.members.values()].filter(({ role }) => role === 'owner');
  return owners.length > 1
    ? decision()
    : reject(refusal('in-use', 'id', 'This is the last owner; make another member an owner first.'));
};
