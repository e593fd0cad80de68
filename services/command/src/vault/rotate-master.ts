import { streams } from '@karrio/contracts';
import { activeKey, type DataKeys } from '@karrio/domain';
import { RevisionConflict } from '@karrio/event-store-client';
import { isWrappedUnder, readDataKeys, rewrapped } from '@karrio/vault';
import { resealOrg } from './reseal-org.ts';
import { writer, type VaultPorts } from './vault-ports.ts';

/**
 * Takes every data key from the previous master key to the current one, and what was sealed under the master key
 * itself under a data key. Running it again does what is left to do, if anything.
 */
export const rotateMaster = async (ports: VaultPorts): Promise<void> => {
  const { catalog, say } = ports;
  const orgs = catalog.orgs();
  let rewrappedKeys = 0;
  for (const [index, org] of orgs.entries()) {
    const keys = await rewrap(ports, org);
    rewrappedKeys += keys.changed;
    // Retired keys stay behind under the old master key; nothing may be left under them.
    const active = activeKey(keys.all);
    const resealed = active ? (await resealOrg(ports, org, active.keyId)).done : 0;
    say(`${index + 1} of ${orgs.length}: ${org}, ${keys.changed} keys, ${resealed} definitions sealed anew`);
  }
  say(`${rewrappedKeys} data keys are now under the master key ${ports.masterKeys.current.id}`);
};

const rewrap = async (
  ports: VaultPorts,
  org: string,
): Promise<Readonly<{ changed: number; all: DataKeys }>> => {
  const { store, masterKeys } = ports;
  const { at, append } = writer(ports, org);
  for (;;) {
    const { keys, revision } = await readDataKeys(store, org);
    const due = keys.filter((key) => !key.isRetired && isWrappedUnder(key, masterKeys.previous));
    if (due.length === 0) return { changed: 0, all: keys };
    try {
      const events = due.map((key) => rewrapped(org, masterKeys, key, at()));
      await append(streams.vault(org), events, revision);
      return { changed: due.length, all: keys };
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
};
