import { randomBytes } from 'node:crypto';
import type { DataKey, DataKeyCreated, DataKeyRewrapped } from '@karrio/domain';
import { keyBytes, openUnder, partsOf, sealUnder, type Place, type SealingKey } from './cipher.ts';
import { VaultError } from './errors.ts';
import type { MasterKeys } from './master-key.ts';

/** A new data key for an organisation, as the event that tells of it. */
export const newDataKey = (org: string, { current }: MasterKeys, at: string): DataKeyCreated => {
  const key = { id: randomBytes(4).toString('hex'), bytes: randomBytes(keyBytes) };
  return { type: 'DataKeyCreated', data: { keyId: key.id, wrapped: wrap(org, current, key), at } };
};

/** Whether the key stands under this master key. */
export const isWrappedUnder = ({ wrapped }: DataKey, masterKey: SealingKey | undefined): boolean =>
  partsOf(wrapped).keyId === masterKey?.id;

/** @throws VaultError when neither master key opens it. */
export const rewrapped = (
  org: string,
  masterKeys: MasterKeys,
  key: DataKey,
  at: string,
): DataKeyRewrapped => ({
  type: 'DataKeyRewrapped',
  data: { keyId: key.keyId, wrapped: wrap(org, masterKeys.current, unwrap(org, masterKeys, key)), at },
});

/** @throws VaultError when neither master key opens it. */
export const unwrap = (org: string, masterKeys: MasterKeys, { keyId, wrapped }: DataKey): SealingKey => {
  const { keyId: masterKeyId, body } = partsOf(wrapped);
  const masterKey = masterKeyNamed(masterKeys, masterKeyId);
  if (!masterKey) throw new VaultError('wrong-key', wrongMasterKey(masterKeys, masterKeyId));
  return { id: keyId, bytes: Buffer.from(openUnder(masterKey, placeOf(org, keyId), body), 'base64') };
};

export const masterKeyNamed = ({ current, previous }: MasterKeys, id: string): SealingKey | undefined =>
  [current, previous].find((key) => key?.id === id);

export const wrongMasterKey = ({ current }: MasterKeys, wanted: string): string =>
  `Sealed under the master key ${wanted}, and this process has ${current.id}: start it with that one as ` +
  'KWE_MASTER_KEY, or as KWE_MASTER_KEY_PREVIOUS beside the new one.';

const wrap = (org: string, masterKey: SealingKey, { id, bytes }: SealingKey): string =>
  sealUnder(masterKey, placeOf(org, id), bytes.toString('base64'));

const placeOf = (org: string, keyId: string): Place => ({ version: 'k1', context: `${org} ${keyId}` });
