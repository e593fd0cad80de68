import {
  derivedId,
  streams,
  type CommandPayload,
  type CommandReply,
  type UserCommandName,
} from '@karrio/contracts';
import { openInvitation, type UserCommand } from '@karrio/domain';
import type { Envelope } from '../envelope.ts';
import { rejected } from '../reply.ts';
import { changeStream, readState } from './change-stream.ts';
import { organizationKind, userKind, type AccessPorts } from './kinds.ts';
import { isOthersToo, operatorsAlone } from './reset-password.ts';

export type UserRequest = {
  readonly [N in UserCommandName]: Readonly<{ name: N; payload: CommandPayload<N> }>;
}[UserCommandName];

/** What a person does about themselves: the command names the user in place of an organisation. */
export const changeUser = async (
  ports: AccessPorts,
  request: UserRequest,
  envelope: Envelope,
  isLate: boolean,
): Promise<CommandReply> => {
  if (request.name === 'accept_invitation') {
    return acceptInvitation(ports, request.payload, envelope, isLate);
  }
  if (request.name === 'reset_password' && (await isOthersToo(ports, envelope.org))) return operatorsAlone;
  const { id, command } = commandOf(request, envelope.at);
  return write(ports, { id: id ?? envelope.org, command, isLate }, envelope);
};

const write = (
  { store }: AccessPorts,
  wanted: Readonly<{ id: string; command: UserCommand; isLate: boolean }>,
  envelope: Envelope,
): Promise<CommandReply> =>
  changeStream(store, userKind, { stream: streams.user(envelope.org), ...wanted }, envelope);

const commandOf = (
  { name, payload }: Exclude<UserRequest, { name: 'accept_invitation' }>,
  at: string,
): Readonly<{ id?: string; command: UserCommand }> => {
  switch (name) {
    case 'start_session':
      return { id: payload.sessionId, command: { type: 'StartSession', ...payload, at } };
    case 'end_session':
      return { id: payload.id, command: { type: 'EndSession', sessionId: payload.id, at } };
    case 'end_all_sessions':
      return { command: { type: 'EndAllSessions', at } };
    case 'set_password':
      return { command: { type: 'SetPassword', ...payload, at } };
    case 'reset_password':
      return { command: { type: 'ResetPassword', ...payload, at } };
    case 'name_user':
      return { command: { type: 'NameUser', ...payload, at } };
  }
};

/**
 * The organisation's stream decides, since an invitation can be accepted once. A crash after that leaves a member
 * without a password, for whom the redelivery goes on: what was done already is passed over.
 */
const acceptInvitation = async (
  ports: AccessPorts,
  { org, hash, password }: CommandPayload<'accept_invitation'>,
  envelope: Envelope,
  isLate: boolean,
): Promise<CommandReply> => {
  const { org: userId, at } = envelope;
  const { concerns = [], ...metadata } = envelope.metadata;
  const known = await readState(ports.store, userKind, streams.user(userId));
  const hasPassword = known.status === 'live' && known.hasPassword;
  if (await isOthers(ports, { org, hash, userId, at })) return notTheirs;
  const joined = await changeStream(
    ports.store,
    organizationKind,
    {
      stream: streams.organization(org),
      id: userId,
      command: { type: 'AcceptInvitation', hash, memberId: derivedId('member', org, userId), at },
      isLate,
    },
    { ...envelope, org, metadata: { ...metadata, org } },
  );
  if ('rejected' in joined || hasPassword || !password) return joined;
  const { sealedHash, sealedName } = password;
  const command = { type: 'SetPassword', sealedHash, sealedName, exceptSessionId: null, at } as const;
  // They are of that organisation by now.
  const told = { ...metadata, concerns: [...new Set([...concerns, org])] };
  return write(ports, { id: userId, command, isLate: false }, { ...envelope, metadata: told });
};

/** Which the organisation cannot know; of an invitation that is not open it says so itself. */
const isOthers = async (
  { store }: AccessPorts,
  { org, hash, userId, at }: Readonly<{ org: string; hash: string; userId: string; at: string }>,
): Promise<boolean> => {
  const state = await readState(store, organizationKind, streams.organization(org));
  const invitation = state.status === 'live' ? openInvitation(state, hash, at) : undefined;
  return invitation !== undefined && invitation.userId !== userId;
};

const notTheirs = rejected(
  'forbidden',
  'token',
  'This invitation is for somebody else; sign out, and accept it as who it is for.',
);
