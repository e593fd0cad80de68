import type { EventMetadata } from '@karrio/contracts';
import { derivedUuid, newId } from '@karrio/contracts';
import type { Event } from '@karrio/domain';
import type { EventStore, ExpectedRevision, NewEvent } from '@karrio/event-store-client';
import type { MasterKeys, Vault } from '@karrio/vault';
import type { Catalog } from '../catalog/catalog.ts';

/** What the commands of the vault work with. */
export type VaultPorts = Readonly<{
  store: Pick<EventStore, 'read' | 'append' | 'deleteForGood'>;
  catalog: Pick<Catalog, 'of' | 'orgs'>;
  masterKeys: MasterKeys;
  vault: Vault;
  now: () => number;
  pause: (ms: number) => Promise<void>;
  say: (line: string) => void;
}>;

export const writer = ({ store, now }: Pick<VaultPorts, 'store' | 'now'>, org: string) => {
  const causation = newId('command');
  const metadata: EventMetadata = {
    org,
    actor: 'vault',
    $correlationId: causation,
    $causationId: causation,
    schema: 1,
  };
  const at = () => new Date(now()).toISOString();
  /** @throws RevisionConflict, StoreUnavailable */
  const append = async (
    stream: string,
    events: readonly Event[],
    expected: ExpectedRevision,
  ): Promise<void> => {
    const numbered = events.map((event, index): NewEvent => ({
      ...event,
      id: derivedUuid(causation, stream, String(expected), String(index)),
      metadata,
    }));
    await store.append(stream, numbered, expected);
  };
  return { at, append };
};
