import { streams } from '@karrio/contracts';
import type { VaultPorts } from './vault-ports.ts';

/** Makes an organisation's secrets unreadable, for good. Processes forget the keys within half a minute. */
export const destroyKey = async ({ store, say }: VaultPorts, org: string): Promise<void> => {
  await store.deleteForGood(streams.vault(org));
  say(
    `${org}: its data keys are deleted. Scavenge the event store, and let old backups expire, to have them gone.`,
  );
};
