import { createHmac, hkdfSync } from 'node:crypto';
import { activeKey, type DataKeys } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import { LRUCache } from 'lru-cache';
import { keyBytes, openUnder, partsOf, sealUnder, type SealingKey } from './cipher.ts';
import { masterKeyNamed, unwrap, wrongMasterKey } from './data-key.ts';
import { VaultError } from './errors.ts';
import type { MasterKeys } from './master-key.ts';
import { readDataKeys } from './read-data-keys.ts';

/** What a sealed text is for: it opens as nothing else. */
export type SecretContext = 'credential' | 'webhook' | 'token' | 'audit' | 'personal' | 'password';

export type Sealed = Readonly<{
  sealed: string;
  /** The same for the same secret under the same data key; of no use to who guesses without that key. */
  fingerprint: string;
}>;

/** Seals an organisation's secrets for the log: who has the log without the master key has nothing. */
export type Vault = Readonly<{
  /** @throws VaultError `no-data-key`, StoreUnavailable */
  seal: (org: string, plain: string, context: SecretContext) => Promise<Sealed>;
  /** @throws VaultError when the text was sealed under a key that is gone or for another place, or was changed. */
  open: (org: string, sealed: string, context: SecretContext) => Promise<string>;
  /**
   * 32 hex digits that stand for a text: the same for the same text for ever, and of no use to who guesses without
   * the directory's key. @throws VaultError `no-data-key`, StoreUnavailable
   */
  pseudonym: (plain: string) => Promise<string>;
}>;

/** Whose data key pseudonyms are made with, and what is on its way to a user's own key is sealed under. */
export const directory = 'directory';

export type VaultOptions = Readonly<{
  masterKeys: MasterKeys;
  store: Pick<EventStore, 'read'>;
  now?: () => number;
}>;

/** How long a key that was retired or destroyed elsewhere may still be used here. */
export const keysKeptMs = 30_000;
const orgsMax = 10_000;

type OpenKeys = Readonly<{
  first: string | undefined;
  active: string | undefined;
  byId: ReadonlyMap<string, SealingKey>;
  /** By the id of a key that cannot be opened here, the master key that it is under. */
  closed: ReadonlyMap<string, string>;
}>;

export const openVault = (options: VaultOptions): Vault => {
  const { masterKeys } = options;
  const ring = createKeyring(options);
  return {
    seal: async (org, plain, context) => {
      const active = await ring.idOf(org, 'active');
      if (active === undefined) throw new VaultError('no-data-key', noDataKey(org));
      const key = await ring.keyNamed(org, active);
      const sealed = sealUnder(key, { version: 'v2', context: `${org} ${context}` }, plain);
      return { sealed, fingerprint: fingerprintOf(key, org, plain) };
    },
    open: async (org, sealed, context) => {
      const { version, keyId, body } = partsOf(sealed);
      if (version === 'v2') {
        const key = await ring.keyNamed(org, keyId);
        return openUnder(key, { version, context: `${org} ${context}` }, body);
      }
      const masterKey = masterKeyNamed(masterKeys, keyId);
      if (!masterKey) throw new VaultError('wrong-key', wrongMasterKey(masterKeys, keyId));
      return openUnder(masterKey, { version: 'v1', context: org }, body);
    },
    pseudonym: async (plain) => {
      const first = await ring.idOf(directory, 'first');
      if (first === undefined) throw new VaultError('no-data-key', noDataKey(directory));
      return pseudonymOf(await ring.keyNamed(directory, first), plain);
    },
  };
};

/** The data keys of whoever is asked for, remembered for a while. */
const createKeyring = ({ masterKeys, store, now = Date.now }: VaultOptions) => {
  const known = new LRUCache<string, Promise<OpenKeys>>({
    max: orgsMax,
    ttl: keysKeptMs,
    ttlResolution: 0,
    perf: { now },
  });

  const read = (org: string): Promise<OpenKeys> => {
    const reading = readDataKeys(store, org).then(({ keys }) => opened(org, masterKeys, keys));
    known.set(org, reading);
    // What failed is asked again.
    reading.catch(() => known.get(org) === reading && known.delete(org));
    return reading;
  };
  const keysOf = (org: string) => known.get(org) ?? read(org);

  const keyNamed = async (org: string, id: string): Promise<SealingKey> => {
    const known = (await keysOf(org)).byId.get(id);
    if (known) return known;
    const { byId, closed } = await read(org);
    const key = byId.get(id);
    if (key) return key;
    const masterKeyId = closed.get(id);
    if (masterKeyId !== undefined) throw new VaultError('wrong-key', wrongMasterKey(masterKeys, masterKeyId));
    throw new VaultError(
      'wrong-key',
      `The secret was sealed under the data key ${id}, which ${org} does not have any more; set it again.`,
    );
  };

  /** Asked again where there was none a while ago. */
  const idOf = async (org: string, which: 'first' | 'active') =>
    (await keysOf(org))[which] ?? (await read(org))[which];

  return { keyNamed, idOf };
};

const opened = (org: string, masterKeys: MasterKeys, keys: DataKeys): OpenKeys => {
  const byId = new Map<string, SealingKey>();
  const closed = new Map<string, string>();
  for (const key of keys) {
    const masterKeyId = partsOf(key.wrapped).keyId;
    if (masterKeyNamed(masterKeys, masterKeyId)) byId.set(key.keyId, unwrap(org, masterKeys, key));
    else closed.set(key.keyId, masterKeyId);
  }
  return { first: keys[0]?.keyId, active: activeKey(keys)?.keyId, byId, closed };
};

const noDataKey = (org: string): string =>
  `${org} has no data key to seal secrets under. The command service makes it at its start: is it running? ` +
  'If the key was destroyed, this organisation keeps no secrets any more.';

const fingerprintChars = 12;

/** By a key derived for this alone, over the organisation too: it says nothing across organisations. */
const fingerprintOf = ({ bytes }: SealingKey, org: string, plain: string): string =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', bytes, '', 'karrio.vault.fingerprint', keyBytes)))
    .update(`${org}\n${plain}`)
    .digest('hex')
    .slice(0, fingerprintChars);

const pseudonymOf = ({ bytes }: SealingKey, plain: string): string =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', bytes, '', 'karrio.vault.pseudonym', keyBytes)))
    .update(plain)
    .digest('hex')
    .slice(0, 32);
