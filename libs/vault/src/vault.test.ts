import { randomBytes } from 'node:crypto';
import type { DataKeyEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealUnder } from './cipher.ts';
import { newDataKey } from './data-key.ts';
import { VaultError } from './errors.ts';
import { masterKeyOf, type MasterKeys } from './master-key.ts';
import { keysKeptMs, openVault } from './vault.ts';

const at = '2026-11-22T10:00:00.000Z';
const mastersOf = (bytes: Buffer, previous?: Buffer): MasterKeys => ({
  current: masterKeyOf(bytes),
  previous: previous && masterKeyOf(previous),
});
const masterKeys = mastersOf(Buffer.alloc(32, 7));

const recorded = (org: string, event: DataKeyEvent, revision: number): Recorded => ({
  ...event,
  id: String(revision),
  stream: `vault-${org}`,
  revision,
  position: BigInt(revision),
  recordedAt: at,
  metadata: { org, actor: 'vault', $correlationId: 'c', $causationId: 'c', schema: 1 },
});

/** Organisations with what their vault streams hold, which a test may change; `reads` counts. */
const aStore = (...orgs: readonly string[]) => {
  const streams = new Map<string, DataKeyEvent[]>(
    orgs.map((org) => [org, [newDataKey(org, masterKeys, at)]]),
  );
  const state = { reads: 0 };
  const read = async (stream: string) => {
    state.reads++;
    const org = stream.replace('vault-', '');
    return (streams.get(org) ?? []).map((event, revision) => recorded(org, event, revision));
  };
  return { streams, state, read };
};

const codeOf = async (attempt: Promise<unknown>) => {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  return error instanceof VaultError ? error.code : error;
};

describe('sealing', () => {
  const store = aStore('org_1', 'org_2');
  const vault = openVault({ masterKeys, store });
  const seal = async (plain: string, org = 'org_1') => (await vault.seal(org, plain, 'credential')).sealed;

  it('gives every text back to its organisation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (plain) => {
        expect(await vault.open('org_1', await seal(plain), 'credential')).toBe(plain);
      }),
    );
  });

  it('hides the text and does not show that two secrets are the same', async () => {
    const [first, second] = [await seal('hunter2'), await seal('hunter2')];
    expect(first).not.toContain('hunter2');
    expect(Buffer.from(first.split('.')[2] ?? '', 'base64url').includes('hunter2')).toBe(false);
    expect(first).not.toBe(second);
  });

  it('opens nothing for another organisation or another use', async () => {
    const sealed = await seal('hunter2');
    expect(await codeOf(vault.open('org_2', sealed, 'credential'))).toBe('wrong-key');
    expect(await codeOf(vault.open('org_1', sealed, 'token'))).toBe('tampered');
  });

  it('opens nothing that was changed in a single character', async () => {
    const sealed = await seal('hunter2');
    for (let i = sealed.lastIndexOf('.') + 1; i < sealed.length - 1; i++) {
      const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1);
      expect(await codeOf(vault.open('org_1', changed, 'credential'))).toBe('tampered');
    }
  });

  it('refuses what it did not seal, and what is cut short', async () => {
    const sealed = await seal('hunter2');
    for (const [text, code] of [
      ['hunter2', 'not-sealed'],
      [sealed.replace('v2', 'v3'), 'not-sealed'],
      [sealed.slice(0, 30), 'tampered'],
    ] as const) {
      expect(await codeOf(vault.open('org_1', text, 'credential'))).toBe(code);
    }
  });

  it('opens a text that was sealed under the master key, as before there were data keys', async () => {
    const old = sealUnder(masterKeys.current, { version: 'v1', context: 'org_1' }, 'hunter2');
    expect(await vault.open('org_1', old, 'webhook')).toBe('hunter2');
    expect(await codeOf(vault.open('org_2', old, 'webhook'))).toBe('tampered');
  });

  it('is refused for an organisation without a data key, with what to do', async () => {
    await expect(vault.seal('org_9', 'x', 'credential')).rejects.toThrow('command service');
  });
});

describe('a fingerprint', () => {
  const store = aStore('org_1', 'org_2');
  const vault = openVault({ masterKeys, store });
  const of = async (plain: string, org = 'org_1') => (await vault.seal(org, plain, 'credential')).fingerprint;

  it('is the same for the same secret alone, and short', async () => {
    expect(await of('hunter2')).toBe(await of('hunter2'));
    expect(await of('hunter2')).not.toBe(await of('hunter3'));
    expect(await of('hunter2')).toMatch(/^[0-9a-f]{12}$/);
  });

  it('does not tell that two organisations have the same secret', async () => {
    expect(await of('hunter2')).not.toBe(await of('hunter2', 'org_2'));
  });
});

describe('the keys', () => {
  it('are read once, and again when a text names one that is not known', async () => {
    const store = aStore('org_1');
    const [vault, other] = [openVault({ masterKeys, store }), openVault({ masterKeys, store })];
    await vault.seal('org_1', 'a', 'credential');
    await vault.seal('org_1', 'b', 'credential');
    expect(store.state.reads).toBe(1);
    store.streams.get('org_1')?.push(newDataKey('org_1', masterKeys, at));
    const { sealed } = await other.seal('org_1', 'c', 'credential');
    expect(await vault.open('org_1', sealed, 'credential')).toBe('c');
    expect(store.state.reads).toBe(3);
  });

  it('that were destroyed are forgotten after a while, and then nothing opens', async () => {
    const store = aStore('org_1');
    let now = 1_000;
    const vault = openVault({ masterKeys, store, now: () => now });
    const { sealed } = await vault.seal('org_1', 'a', 'credential');
    store.streams.delete('org_1');
    expect(await vault.open('org_1', sealed, 'credential')).toBe('a');
    now += keysKeptMs + 1;
    expect(await codeOf(vault.open('org_1', sealed, 'credential'))).toBe('wrong-key');
    expect(await codeOf(vault.seal('org_1', 'a', 'credential'))).toBe('no-data-key');
  });

  it('open under the previous master key, and under neither say which one is missing', async () => {
    const store = aStore('org_1');
    const { sealed } = await openVault({ masterKeys, store }).seal('org_1', 'a', 'credential');
    const next = randomBytes(32);
    const during = openVault({ masterKeys: mastersOf(next, Buffer.alloc(32, 7)), store });
    expect(await during.open('org_1', sealed, 'credential')).toBe('a');
    const without = openVault({ masterKeys: mastersOf(next), store });
    expect(await codeOf(without.open('org_1', sealed, 'credential'))).toBe('wrong-key');
    await expect(without.open('org_1', sealed, 'credential')).rejects.toThrow(masterKeys.current.id);
  });

  it('are asked for again after a failure', async () => {
    const store = aStore('org_1');
    let isAway = true;
    const read = (stream: string) => (isAway ? Promise.reject(new Error('away')) : store.read(stream));
    const vault = openVault({ masterKeys, store: { read } });
    await expect(vault.seal('org_1', 'a', 'credential')).rejects.toThrow('away');
    isAway = false;
    expect((await vault.seal('org_1', 'a', 'credential')).sealed).toMatch(/^v2\./);
  });
});
