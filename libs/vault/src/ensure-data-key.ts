import { derivedUuid, newId, streams } from '@karrio/contracts';
import { AppendRefused, RevisionConflict, type EventStore } from '@karrio/event-store-client';
import { newDataKey } from './data-key.ts';
import type { MasterKeys } from './master-key.ts';
import { readDataKeys } from './read-data-keys.ts';

/**
 * Gives an organisation its first data key, once: of many processes one wins, and all go by what it wrote. An
 * organisation whose keys were destroyed gets none.
 */
export const ensureDataKey = async (
  store: Pick<EventStore, 'append' | 'read'>,
  masterKeys: MasterKeys,
  org: string,
  at: string,
): Promise<void> => {
  const stream = streams.vault(org);
  if ((await readDataKeys(store, org)).keys.length > 0) return;
  const causation = newId('command');
  const metadata = {
    org,
    actor: 'vault',
    $correlationId: causation,
    $causationId: causation,
    schema: 1,
  } as const;
  try {
    const event = { ...newDataKey(org, masterKeys, at), id: derivedUuid(stream, causation), metadata };
    await store.append(stream, [event], 'no-stream');
  } catch (error) {
    const isDestroyed = error instanceof AppendRefused;
    if (!isDestroyed && !(error instanceof RevisionConflict)) throw error;
  }
};
