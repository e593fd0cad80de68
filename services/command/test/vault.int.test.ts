import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { newId, streams } from '@karrio/contracts';
import {
  completeAction,
  connection,
  isConnectionEvent,
  isTokenEvent,
  isTriggerEvent,
  noToken,
  evolveToken,
  type ConnectionDefinition,
  type Event,
  type Metafield,
  type TokenState,
} from '@karrio/domain';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { createLogger } from '@karrio/telemetry';
import { startEventStore } from '@karrio/testing';
import {
  ensureDataKey,
  loadMasterKeys,
  openVault,
  readDataKeys,
  type MasterKeys,
  type Vault,
} from '@karrio/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCatalog } from '../src/catalog/catalog.ts';
import { followCatalog } from '../src/catalog/follow-catalog.ts';
import { destroyKey } from '../src/vault/destroy-key.ts';
import { rotateDataKey } from '../src/vault/rotate-data-key.ts';
import { rotateMaster } from '../src/vault/rotate-master.ts';
import { status } from '../src/vault/status.ts';
import type { VaultPorts } from '../src/vault/vault-ports.ts';

const log = createLogger('test', 'silent');
const at = '2026-11-22T09:00:00.000Z';
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const first = loadMasterKeys({ KWE_MASTER_KEY: keyOf(1) });
const changing = loadMasterKeys({ KWE_MASTER_KEY: keyOf(2), KWE_MASTER_KEY_PREVIOUS: keyOf(1) });
const second = loadMasterKeys({ KWE_MASTER_KEY: keyOf(2) });

const stack = new AsyncDisposableStack();
let store: EventStore;
let url: string;

beforeAll(async () => {
  const server = stack.use(await startEventStore());
  url = server.url;
  store = stack.use(connectEventStore({ url, log }));
});
afterAll(() => stack.disposeAsync());

const append = (org: string, stream: string, event: Event) =>
  store.append(
    stream,
    [
      {
        ...event,
        id: crypto.randomUUID(),
        metadata: { org, actor: 'test', $correlationId: 'c', $causationId: 'c', schema: 1 },
      },
    ],
    'no-stream',
  );

/** An organisation with a secret in every place that has one. */
const anOrganization = async (vault: Vault) => {
  const org = newId('organization');
  await ensureDataKey(store, first, org, at);
  const secret = async (plain: string) => ({
    ...(await vault.seal(org, plain, 'credential')),
    changedAt: at,
  });
  const aField = async (key: string): Promise<Metafield> => ({
    id: newId('metafield'),
    key,
    type: 'password',
    isRequired: false,
    value: null,
    secret: await secret(`${key} of ${org}`),
  });
  const ids = {
    connection: newId('connection'),
    action: newId('action'),
    metafield: newId('metafield'),
    trigger: newId('trigger'),
  };
  const definition: ConnectionDefinition = {
    name: 'Shop',
    description: null,
    authType: 'oauth2',
    host: null,
    port: null,
    endpoint: null,
    templateEngine: 'handlebars',
    authTemplate: null,
    parametersTemplate: null,
    metadata: {},
    templateSlug: null,
    metafields: [await aField('client_secret')],
    credentials: { legacy: await secret('legacy') },
  };
  await append(org, streams.connection(ids.connection), {
    type: 'ConnectionCreated',
    data: { id: ids.connection, slug: 'shop', definition, at },
  });
  const action = completeAction({
    name: 'Fetch',
    actionType: 'http_request',
    description: null,
    host: 'x',
    port: null,
    endpoint: null,
    method: 'get',
    parametersType: null,
    parametersTemplate: null,
    headerTemplate: null,
    contentType: null,
    metadata: {},
    templateSlug: null,
    metafields: [await aField('pin')],
  });
  await append(org, streams.action(ids.action), {
    type: 'ActionCreated',
    data: { id: ids.action, slug: 'fetch', definition: action, at },
  });
  const metafield = await aField('token');
  await append(org, streams.metafield(ids.metafield), { type: 'MetafieldCreated', data: { metafield, at } });
  const trigger = {
    triggerType: 'webhook',
    schedule: null,
    secretKey: 'X-Secret',
    templateSlug: null,
    sealedSecret: (await vault.seal(org, 'webhook', 'webhook')).sealed,
    formerSecret: {
      sealed: (await vault.seal(org, 'former webhook', 'webhook')).sealed,
      fingerprint: null,
      until: '2030-01-01T00:00:00.000Z',
    },
  };
  await append(org, streams.trigger(ids.trigger), {
    type: 'TriggerCreated',
    data: { id: ids.trigger, slug: 't', workflowId: 'wkfl_1', definition: trigger, at },
  });
  const token = {
    credentialsKey: 'k',
    grantedAt: at,
    expiresAt: null,
    sealedAccessToken: (await vault.seal(org, 'access', 'token')).sealed,
    sealedRefreshToken: (await vault.seal(org, 'refresh', 'token')).sealed,
  };
  await append(org, streams.token(ids.connection), {
    type: 'TokenGranted',
    data: { requestId: 'r', token, at },
  });
  return { org, ids };
};

/** Every secret of the organisation as whoever has these master keys reads it. */
const secretsOf = async (
  { org, ids }: Awaited<ReturnType<typeof anOrganization>>,
  masterKeys: MasterKeys,
) => {
  const vault = openVault({ masterKeys, store });
  const { metafields, credentials } = await definitionOf(ids.connection);
  const token = await tokenOf(ids.connection);
  return Promise.all([
    vault.open(org, metafields[0]?.secret?.sealed ?? '', 'credential'),
    vault.open(org, credentials['legacy']?.sealed ?? '', 'credential'),
    ...(await webhookSecretsOf(ids.trigger)).map((sealed) => vault.open(org, sealed, 'webhook')),
    vault.open(org, token?.sealedAccessToken ?? '', 'token'),
    vault.open(org, token?.sealedRefreshToken ?? '', 'token'),
  ]);
};

const definitionOf = async (id: string) => {
  const events = await store.read(streams.connection(id));
  const state = events.filter(isConnectionEvent).reduce(connection.evolve, connection.initial);
  if (state.status !== 'live') throw new Error('no connection');
  return state.definition;
};

const tokenOf = async (connectionId: string) => {
  const events = await store.read(streams.token(connectionId));
  return events.filter(isTokenEvent).reduce<TokenState>(evolveToken, noToken).token;
};

/** The secret, and the one before it. */
const webhookSecretsOf = async (id: string): Promise<readonly string[]> => {
  const last = (await store.read(streams.trigger(id))).filter(isTriggerEvent).at(-1);
  if (!last || last.type === 'TriggerDeleted') return [];
  const { sealedSecret, formerSecret } = last.data.definition;
  return [sealedSecret ?? '', formerSecret?.sealed ?? ''];
};

const allOf = ({ org }: { org: string }) => [
  `client_secret of ${org}`,
  'legacy',
  'webhook',
  'former webhook',
  'access',
  'refresh',
];

/** As the command does it, in a process of its own. */
const perform = async (
  run: (ports: VaultPorts) => Promise<void>,
  masterKeys: MasterKeys,
  over: Partial<VaultPorts> = {},
) => {
  const catalog = createCatalog();
  await using follower = followCatalog(store, catalog);
  await follower.ready;
  const lines: string[] = [];
  await run({
    store,
    catalog,
    masterKeys,
    vault: openVault({ masterKeys, store }),
    now: Date.now,
    pause: async () => undefined,
    say: (line) => void lines.push(line),
    ...over,
  });
  return lines.join('\n');
};

/** A store that dies after so many appends. */
const dyingAfter = (appends: number): VaultPorts['store'] => {
  let left = appends;
  return {
    ...store,
    append: async (...args) => {
      if (left-- <= 0) throw new Error('killed');
      return store.append(...args);
    },
  };
};

describe('rotating a data key', () => {
  it('seals every secret anew, and leaves none under the old one', async () => {
    const one = await anOrganization(openVault({ masterKeys: first, store }));
    const [before] = (await readDataKeys(store, one.org)).keys;
    await perform((ports) => rotateDataKey(ports, one.org), first);
    expect(await secretsOf(one, first)).toEqual(allOf(one));
    const { keys } = await readDataKeys(store, one.org);
    expect(keys.map(({ isRetired }) => isRetired)).toEqual([true, false]);
    const said = await perform(status, first);
    const section = said.slice(said.indexOf(one.org)).split('\norg_')[0];
    expect(section).toContain(`${before?.keyId}  retired, under this master key, 0 secrets`);
    expect(section).toContain(`${keys[1]?.keyId}  active, under this master key, 8 secrets`);
  });

  it.each([1, 3, 6])(
    'that is killed after %i appends is finished by the next, with one new key',
    async (appends) => {
      const one = await anOrganization(openVault({ masterKeys: first, store }));
      const rotate = (ports: VaultPorts) => rotateDataKey(ports, one.org);
      await expect(perform(rotate, first, { store: dyingAfter(appends) })).rejects.toThrow('killed');
      expect(await secretsOf(one, first)).toEqual(allOf(one));
      await perform(rotate, first);
      expect(await secretsOf(one, first)).toEqual(allOf(one));
      expect((await readDataKeys(store, one.org)).keys.map(({ isRetired }) => isRetired)).toEqual([
        true,
        false,
      ]);
    },
  );

  it('waits until every process seals under the new key before it seals the rest', async () => {
    const one = await anOrganization(openVault({ masterKeys: first, store }));
    const events: number[] = [];
    const pause = async (ms: number) => {
      events.push(ms, (await readDataKeys(store, one.org)).keys.length);
    };
    await perform((ports) => rotateDataKey(ports, one.org), first, { pause });
    expect(events).toEqual([90_000, 2]);
  });

  it('gives an organisation a key to go on with where the master key was lost, and says which secrets were', async () => {
    const one = await anOrganization(openVault({ masterKeys: first, store }));
    const rotate = (ports: VaultPorts) => rotateDataKey(ports, one.org);
    await expect(openVault({ masterKeys: second, store }).seal(one.org, 'x', 'credential')).rejects.toThrow(
      'master key',
    );
    expect(await perform(rotate, second)).toContain(`connection-${one.ids.connection} cannot be opened`);
    const vault = openVault({ masterKeys: second, store });
    const { sealed } = await vault.seal(one.org, 'set again', 'credential');
    expect(await vault.open(one.org, sealed, 'credential')).toBe('set again');
    // Should the key be found after all, nothing was given up.
    expect(await secretsOf(one, first)).toEqual(allOf(one));
  });

  it('of nobody is refused', async () => {
    await expect(perform((ports) => rotateDataKey(ports, 'org_none'), first)).rejects.toThrow('org_none');
  });
});

describe('rotating the master key', () => {
  it('leaves every secret readable without the old one, also where it was killed half-way', async () => {
    const vault = openVault({ masterKeys: first, store });
    const [one, other] = [await anOrganization(vault), await anOrganization(vault)];
    await expect(perform(rotateMaster, changing, { store: dyingAfter(1) })).rejects.toThrow('killed');
    expect(await secretsOf(one, changing)).toEqual(allOf(one));
    await perform(rotateMaster, changing);
    for (const each of [one, other]) expect(await secretsOf(each, second)).toEqual(allOf(each));
    await expect(secretsOf(one, first)).rejects.toThrow('master key');
    expect(await perform(rotateMaster, changing)).toContain('0 data keys are now');
    expect(await perform(status, second)).not.toMatch(/(active|being replaced), under another master key/);
  });
});

describe('the program', () => {
  const program = resolve(import.meta.dirname, '../src/vault/main.ts');
  const run = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const outcome: unknown = await promisify(execFile)(process.execPath, [program, ...args], { env }).catch(
      (error: unknown) => error,
    );
    return z.object({ stdout: z.string(), stderr: z.string(), code: z.number().optional() }).parse(outcome);
  };

  it('says what keys there are', async () => {
    const { org } = await anOrganization(openVault({ masterKeys: first, store }));
    const { stdout } = await run(['status'], { EVENTSTORE_URL: url, KWE_MASTER_KEY: keyOf(1) });
    expect(stdout).toContain(`master key ${first.current.id}`);
    expect(stdout).toContain(org);
    expect(stdout).toContain('active, under this master key, 8 secrets');
  });

  it('says what it needs', async () => {
    expect(await run(['status'], { EVENTSTORE_URL: url })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('KWE_MASTER_KEY'),
    });
    expect(await run([], {})).toMatchObject({ code: 2, stderr: expect.stringContaining('rotate-master') });
  });
});

describe('destroying a data key', () => {
  it('makes the secrets of its organisation unreadable, and of no other', async () => {
    await perform(rotateMaster, changing);
    const vault = openVault({ masterKeys: first, store });
    const [gone, kept] = [await anOrganization(vault), await anOrganization(vault)];
    await perform((ports) => destroyKey(ports, gone.org), first);
    await expect(secretsOf(gone, first)).rejects.toThrow('does not have any more');
    expect(await secretsOf(kept, first)).toEqual(allOf(kept));
  });

  it('is for good: no process makes the organisation another key, and doing it again changes nothing', async () => {
    const { org } = await anOrganization(openVault({ masterKeys: first, store }));
    await perform((ports) => destroyKey(ports, org), first);
    await perform((ports) => destroyKey(ports, org), first);
    await ensureDataKey(store, first, org, at);
    expect((await readDataKeys(store, org)).keys).toEqual([]);
    await expect(openVault({ masterKeys: first, store }).seal(org, 'x', 'credential')).rejects.toThrow(
      'data key',
    );
  });
});
