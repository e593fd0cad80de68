import {
  streams,
  type CommandPayload,
  type CommandReply,
  type OrganizationCommandName,
} from '@karrio/contracts';
import type { OrganizationCommand } from '@karrio/domain';
import { directory, ensureDataKey } from '@karrio/vault';
import type { Envelope } from '../envelope.ts';
import { changeStream, readState } from './change-stream.ts';
import { createOrganization } from './create-organization.ts';
import { organizationKind, userKind, type AccessPorts } from './kinds.ts';
import { resetMemberPassword } from './reset-password.ts';

export type OrganizationRequest = {
  readonly [N in OrganizationCommandName]: Readonly<{ name: N; payload: CommandPayload<N> }>;
}[OrganizationCommandName];

type Administration = Exclude<
  OrganizationRequest,
  { name: 'create_organization' } | { name: 'reset_member_password' }
>;

export const changeOrganization = async (
  ports: AccessPorts,
  request: OrganizationRequest,
  envelope: Envelope,
  isLate: boolean,
): Promise<CommandReply> => {
  if (request.name === 'create_organization') {
    return createOrganization(ports, request.payload, envelope, isLate);
  }
  if (request.name === 'reset_member_password') {
    return resetMemberPassword(ports, request.payload, envelope, isLate);
  }
  const { store } = ports;
  const { org, at } = envelope;
  if (request.name === 'invite_member' && !isLate && (await mayInvite(ports, envelope, request.payload))) {
    const added = await addUser(ports, request.payload, envelope);
    if ('rejected' in added) return added;
  }
  const { id, command } = commandOf(request, { by: envelope.metadata.actor, at });
  return changeStream(
    store,
    organizationKind,
    { stream: streams.organization(org), id: id ?? org, command, isLate },
    envelope,
  );
};

const commandOf = (
  { name, payload }: Administration,
  asked: Readonly<{ by: string; at: string }>,
): Readonly<{ id?: string; command: OrganizationCommand }> => {
  switch (name) {
    case 'update_organization':
      return { command: { type: 'RenameOrganization', ...asked, name: payload.name } };
    case 'create_api_key':
      return { id: payload.keyId, command: { type: 'IssueApiKey', ...asked, apiKey: payload } };
    case 'revoke_api_key':
      return { id: payload.id, command: { type: 'RevokeApiKey', ...asked, keyId: payload.id } };
    case 'invite_member': {
      const { sealedEmail: _, addressId: __, ...invitation } = payload;
      return { id: payload.invitationId, command: { type: 'InviteMember', ...asked, ...invitation } };
    }
    case 'revoke_invitation':
      return {
        id: payload.id,
        command: { type: 'RevokeInvitation', ...asked, invitationId: payload.id },
      };
    case 'change_member_role':
      return {
        id: payload.id,
        command: { type: 'ChangeMemberRole', ...asked, memberId: payload.id, role: payload.role },
      };
    case 'remove_member':
      return { id: payload.id, command: { type: 'RemoveMember', ...asked, memberId: payload.id } };
  }
};

/** Nobody becomes known here by an invitation that is refused. */
const mayInvite = async (
  { store }: AccessPorts,
  { org, at, metadata }: Envelope,
  { sealedEmail: _, addressId: __, ...invitation }: CommandPayload<'invite_member'>,
): Promise<boolean> => {
  const state = await readState(store, organizationKind, streams.organization(org));
  const decision = organizationKind.decider.decide(state, {
    type: 'InviteMember',
    by: metadata.actor,
    at,
    ...invitation,
  });
  return 'accepted' in decision;
};

/** Who is invited is a user from then on, known by an address that is sealed under a key of their own. */
const addUser = async (
  { store, vault, masterKeys }: AccessPorts,
  { userId, addressId = userId, sealedEmail: onItsWay }: CommandPayload<'invite_member'>,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { at, metadata } = envelope;
  await ensureDataKey(store, masterKeys, userId, at);
  const email = await vault.open(directory, onItsWay, 'personal');
  const { sealed: sealedEmail } = await vault.seal(userId, email, 'personal');
  return changeStream(
    store,
    userKind,
    {
      stream: streams.user(userId),
      id: userId,
      command: { type: 'AddUser', userId, addressId, sealedEmail, at },
      isLate: false,
    },
    // A person belongs to no organisation: others invite the same one.
    { ...envelope, org: userId, metadata: { ...metadata, org: userId } },
  );
};
