import { streams, type CommandPayload, type CommandReply } from '@karrio/contracts';
import { memberToReset } from '@karrio/domain';
import type { Envelope } from '../envelope.ts';
import { refusedReply, rejected } from '../reply.ts';
import { changeStream, readState } from './change-stream.ts';
import { organizationKind, userKind, type AccessPorts } from './kinds.ts';

/** Lets a member choose another password, by a text that is shown to who asks and for them to send. */
export const resetMemberPassword = async (
  { store, organizationsOf }: AccessPorts,
  { id: memberId, hash, expiresAt }: CommandPayload<'reset_member_password'>,
  envelope: Envelope,
  isLate: boolean,
): Promise<CommandReply> => {
  const { org, at, metadata } = envelope;
  const state = await readState(store, organizationKind, streams.organization(org));
  const found = memberToReset(state, { memberId, by: metadata.actor, at });
  if ('rejected' in found) return refusedReply([found.rejected]);
  const { userId } = found;
  if (isElsewhere(organizationsOf(userId), org)) return operatorsAlone;
  const command = { type: 'IssuePasswordReset', hash, expiresAt, org, at } as const;
  return changeStream(
    store,
    userKind,
    { stream: streams.user(userId), id: userId, command, isLate },
    { ...envelope, org: userId, metadata: { ...metadata, org: userId, concerns: [org] } },
  );
};

/** Whether somebody became a member of another organisation since one had their password be chosen anew. */
export const isOthersToo = async (
  { store, organizationsOf }: AccessPorts,
  userId: string,
): Promise<boolean> => {
  const user = await readState(store, userKind, streams.user(userId));
  const by = user.status === 'live' ? user.reset?.org : null;
  return typeof by === 'string' && isElsewhere(organizationsOf(userId), by);
};

const isElsewhere = (orgs: readonly string[], org: string): boolean => orgs.some((each) => each !== org);

/** An owner of one organisation could otherwise come into another one as this person. */
export const operatorsAlone = rejected(
  'forbidden',
  'id',
  'Only who runs the server can have this person’s password be chosen anew: npm run people -- reset-password.',
);
