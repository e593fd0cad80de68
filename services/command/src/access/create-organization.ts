import { derivedId, streams, type CommandPayload, type CommandReply } from '@karrio/contracts';
import { may, roleOf } from '@karrio/domain';
import { ensureDataKey } from '@karrio/vault';
import type { Envelope } from '../envelope.ts';
import { rejected } from '../reply.ts';
import { changeStream, readState } from './change-stream.ts';
import { organizationKind, type AccessPorts } from './kinds.ts';

export const firstOrganization = derivedId('organization', 'first');

/** Whose is another organisation is decided by the one that was asked; its events are the new one's own. */
export const createOrganization = async (
  ports: AccessPorts,
  { id, name, apiKey }: CommandPayload<'create_organization'>,
  envelope: Envelope,
  isLate: boolean,
): Promise<CommandReply> => {
  const { store, masterKeys } = ports;
  const refused = await whyNot(ports, envelope);
  if (refused) return refused;
  const { actor } = envelope.metadata;
  const founder = apiKey ? { apiKey } : { memberId: derivedId('member', id, actor), userId: actor };
  // The key first: an organisation that exists can seal.
  if (!isLate) await ensureDataKey(store, masterKeys, id, envelope.at);
  return changeStream(
    store,
    organizationKind,
    {
      stream: streams.organization(id),
      id,
      command: { type: 'CreateOrganization', id, name, founder, at: envelope.at },
      isLate,
    },
    { ...envelope, org: id, metadata: { ...envelope.metadata, org: id } },
  );
};

const whyNot = async (
  { store, creators }: AccessPorts,
  { org, at, metadata }: Envelope,
): Promise<CommandReply | undefined> => {
  if (creators === 'none' || (creators === 'first' && org !== firstOrganization)) {
    return rejected(
      'forbidden',
      'name',
      'This server lets nobody of this organisation make others; its operator may set ORGANIZATION_CREATORS.',
    );
  }
  const state = await readState(store, organizationKind, streams.organization(org));
  const role = state.status === 'live' ? roleOf(state, metadata.actor, at) : undefined;
  return role && may(role, 'organization:create')
    ? undefined
    : rejected('forbidden', 'role', 'Only an owner may make further organisations.');
};
