import { streams } from '@karrio/contracts';
import { activeKey, type DataKeyRetired } from '@karrio/domain';
import { keysKeptMs, newDataKey, readDataKeys } from '@karrio/vault';
import { resealOrg } from './reseal-org.ts';
import { writer, type VaultPorts } from './vault-ports.ts';

/** A command that was sealed before may be decided this much later. */
const commandMsMax = 60_000;

/**
 * Gives an organisation a new data key and seals all of its secrets under it. Whatever crashes on the way, running
 * it again goes on where it stood. @throws Error where the organisation has no data key
 */
export const rotateDataKey = async (ports: VaultPorts, org: string): Promise<void> => {
  const { store, masterKeys, say, pause } = ports;
  const { at, append } = writer(ports, org);
  const stream = streams.vault(org);
  const before = await readDataKeys(store, org);
  const usable = before.keys.filter(({ isRetired }) => !isRetired);
  if (usable.length === 0) throw new Error(`${org} has no data key: is the id right? Was its key destroyed?`);
  if (usable.length === 1) {
    const created = newDataKey(org, masterKeys, at());
    await append(stream, [created], before.revision);
    say(`${org}: the new data key is ${created.data.keyId}`);
  } else {
    say(`${org}: goes on with a rotation that was interrupted`);
  }
  say(`${org}: waits ${(keysKeptMs + commandMsMax) / 1_000} s, until every process seals under the new key`);
  await pause(keysKeptMs + commandMsMax);
  const { keys, revision } = await readDataKeys(store, org);
  const active = activeKey(keys);
  if (!active) throw new Error(`${org} has no data key any more`);
  const { done, unreadable } = await resealOrg(ports, org, active.keyId);
  say(`${org}: ${done} definitions sealed anew`);
  // A key that another process may open yet is not given up.
  if (unreadable > 0) return;
  const retired = keys.flatMap(({ keyId, isRetired }): DataKeyRetired[] =>
    isRetired || keyId === active.keyId ? [] : [{ type: 'DataKeyRetired', data: { keyId, at: at() } }],
  );
  await append(stream, retired, revision);
  say(`${org}: retired ${retired.map(({ data }) => data.keyId).join(', ')}`);
};
