import { firstOrganization } from '../access/create-organization.ts';
import { derivedId, derivedUuid, newId, streams } from '@karrio/contracts';
import { organization } from '@karrio/domain';
import { type EventStore, RevisionConflict } from '@karrio/event-store-client';
import { ensureDataKey, type MasterKeys } from '@karrio/vault';
import { createHash } from 'node:crypto';

/** Makes the first organisation with this owner's key; does nothing where it exists, also with another key. */
export const bootstrapOrganization = async (
  store: EventStore,
  masterKeys: MasterKeys,
  apiKey: string,
  at: string,
): Promise<void> => {
  const id = firstOrganization;
  const decision = organization.decide(organization.initial, {
    type: 'CreateOrganization',
    id,
    name: 'My organisation',
    founder: {
      apiKey: {
        keyId: derivedId('apiKey', id, 'bootstrap'),
        name: 'First key',
        hash: createHash('sha256').update(apiKey).digest('hex'),
        role: 'owner',
        testMode: false,
        expiresAt: null,
      },
    },
    at,
  });
  if ('rejected' in decision) return;
  const stream = streams.organization(id);
  // The key first: an organisation that exists can seal.
  await ensureDataKey(store, masterKeys, id, at);
  const causation = newId('command');
  const metadata = {
    org: id,
    actor: 'bootstrap',
    $correlationId: causation,
    $causationId: causation,
    schema: 1,
  } as const;
  const events = decision.accepted.map((event, index) => ({
    ...event,
    id: derivedUuid(stream, String(index)),
    metadata,
  }));
  try {
    await store.append(stream, events, 'no-stream');
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
  }
};
