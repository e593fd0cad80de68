import { activeKey, type DataKey, type DataKeys } from '@karrio/domain';
import { isWrappedUnder, keyIdOf, readDataKeys } from '@karrio/vault';
import { holdersOf } from './reseal-org.ts';
import type { VaultPorts } from './vault-ports.ts';

/** What keys each organisation has, under which master key, and how many secrets are sealed under each. */
export const status = async (ports: VaultPorts): Promise<void> => {
  const { catalog, masterKeys, say } = ports;
  say(
    `master key ${masterKeys.current.id}${masterKeys.previous ? `, before it ${masterKeys.previous.id}` : ''}`,
  );
  for (const org of catalog.orgs()) {
    const { keys } = await readDataKeys(ports.store, org);
    const counts = await countByKey(ports, org);
    say(keys.length === 0 ? `${org}: no data key` : org);
    for (const key of keys) say(`  ${lineOf(key, keys, ports)}, ${counts.get(key.keyId) ?? 0} secrets`);
    for (const [keyId, count] of counts) {
      if (keys.some((key) => key.keyId === keyId)) continue;
      const what =
        keyId === 'master'
          ? 'the master key itself: rotate-master seals them anew'
          : `${keyId}, which is gone: set them again`;
      say(`  ${count} secrets under ${what}`);
    }
  }
};

const lineOf = (key: DataKey, keys: DataKeys, { masterKeys }: VaultPorts): string => {
  const { keyId, isRetired } = key;
  const inUse = key === activeKey(keys) ? 'active' : 'being replaced';
  const wrapping = isWrappedUnder(key, masterKeys.current) ? 'this master key' : 'another master key';
  return `${keyId}  ${isRetired ? 'retired' : inUse}, under ${wrapping}`;
};

const countByKey = async (ports: VaultPorts, org: string): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  for (const { stream, read } of holdersOf(ports, org)) {
    for (const text of read(await ports.store.read(stream))?.texts ?? []) {
      const keyId = keyIdOf(text);
      counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
    }
  }
  return counts;
};
