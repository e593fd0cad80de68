import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { newId, streams, type Command, type CommandName } from '@karrio/contracts';
import { isAuditRecorded, type AuditEntry } from '@karrio/domain';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore, startService } from '@karrio/testing';
import { ensureDataKey, loadMasterKeys, openVault } from '@karrio/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chained, type Link } from '../src/audit/chain.ts';
import { draftEntries } from '../src/audit/draft-entries.ts';
import { verifyFile } from '../src/audit/verify-file.ts';
import { verifyLogs } from '../src/audit/verify-logs.ts';
import { readLinks } from '../src/audit/verify-org.ts';

const log = createLogger('test', 'silent');
const stack = new AsyncDisposableStack();
const masterKey = Buffer.alloc(32, 7).toString('base64');
const masterKeys = loadMasterKeys({ KWE_MASTER_KEY: masterKey });
const apiKey = `key_${'a'.repeat(32)}`;
let store: EventStore;
let bus: Bus;
let env: Record<string, string>;
let service: Awaited<ReturnType<typeof startService>>;

beforeAll(async () => {
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  env = {
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    KWE_MASTER_KEY: masterKey,
    BOOTSTRAP_API_KEY: apiKey,
    COMMAND_LEASE_MS: '1000',
  };
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  for (const org of ['org_1', 'org_2']) await ensureDataKey(store, masterKeys, org, new Date().toISOString());
  service = stack.use(await startService('command', env));
});
afterAll(() => stack.disposeAsync());

const origin = { ip: '203.0.113.7', userAgent: 'shop/1.0', credential: 'key_1', requestId: 'req_1' };

const aCommand = (org: string, name: CommandName, payload: Command['payload']): Command => ({
  id: newId('command'),
  name,
  org,
  actor: 'key_1',
  origin,
  issuedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 30_000).toISOString(),
  payload,
});
const send = (command: Command) => bus.command(command, 20_000);

const entriesOf = async (org: string): Promise<readonly AuditEntry[]> =>
  (await store.read(streams.audit(org))).filter(isAuditRecorded).map(({ data }) => data.entry);

const entryOf = (org: string, { id }: Command) =>
  eventually(`${id} is in the audit log`, async () =>
    (await entriesOf(org)).find(({ commandId }) => commandId === id),
  );

const verify = async (kept = '', org?: string) => {
  const lines: string[] = [];
  const vault = openVault({ masterKeys, store });
  const isWell = await verifyLogs({ store, vault, say: (line) => lines.push(line) }, { org, kept });
  return { isWell, lines };
};

describe('the audit log', () => {
  it('tells of what was done and of what was refused, from where and with which key', async () => {
    const create = aCommand('org_1', 'create_workflow', { name: 'Audited', actionNodes: [] });
    const refused = aCommand('org_1', 'delete_workflow', { id: 'wkfl_none' });
    await send(create);
    await send(refused);
    expect(await entryOf('org_1', create)).toMatchObject({
      actor: 'key_1',
      origin,
      action: 'create_workflow',
      outcome: 'accepted',
      entity: { type: 'workflow' },
      before: null,
      after: { name: 'Audited' },
    });
    expect(await entryOf('org_1', refused)).toMatchObject({
      action: 'delete_workflow',
      outcome: 'refused',
      entity: { type: 'workflow', id: 'wkfl_none' },
      refusal: { code: 'not-found' },
    });
    expect(await verify('', 'org_1')).toMatchObject({ isWell: true });
  });

  it('tells what a person does about themselves in each organisation that they are of, and in no other', async () => {
    const signIn: Command = {
      ...aCommand('user_ada', 'start_session', {
        sessionId: 'sess_1',
        hash: 'f'.repeat(64),
        origin: 'password',
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
      }),
      actor: 'user_ada',
      concerns: ['org_1', 'org_2'],
    };
    const metadata = {
      org: 'user_ada',
      actor: 'key_1',
      $correlationId: 'c',
      $causationId: 'c',
      schema: 1,
    } as const;
    const added = { type: 'UserAdded', data: { userId: 'user_ada', sealedEmail: 's', at: origin.requestId } };
    await store.append(streams.user('user_ada'), [{ ...added, id: randomUUID(), metadata }], 'no-stream');
    expect(await send(signIn)).toHaveProperty('accepted');
    for (const org of ['org_1', 'org_2']) {
      const entry = await entryOf(org, signIn);
      expect(entry).toMatchObject({
        actor: 'user_ada',
        origin,
        action: 'start_session',
        outcome: 'accepted',
        entity: { type: 'user', id: 'user_ada' },
        after: { session_id: 'sess_1', origin: 'password' },
      });
      expect(JSON.stringify(entry)).not.toContain('f'.repeat(64));
      expect(await verify('', org)).toMatchObject({ isWell: true });
    }
    expect(await entriesOf('user_ada')).toEqual([]);
  });

  it('tells once of what a gateway refused, however often it is told', async () => {
    const refusal = {
      actor: 'anonymous',
      origin: { ip: '198.51.100.1', requestId: 'req_9' },
      action: 'POST /v1/auth/sign-in',
      subject: 'user_ada',
      code: 'wrong_credentials',
      repeated: { times: 7, since: new Date(0).toISOString(), addresses: ['198.51.100.1'] },
      at: new Date().toISOString(),
    };
    const told = aCommand('org_1', 'note_refusals', {
      refusals: [refusal, { ...refusal, code: 'rate_limited' }],
    });
    expect(await send(told)).toEqual(await send(told));
    const entries = await eventually('both are in the audit log', async () => {
      const found = (await entriesOf('org_1')).filter(({ commandId }) => commandId === told.id);
      return found.length >= 2 && found;
    });
    expect(entries).toMatchObject([
      {
        actor: 'anonymous',
        origin: refusal.origin,
        action: refusal.action,
        outcome: 'refused',
        entity: { type: 'user', id: 'user_ada' },
        refusal: { code: 'wrong_credentials', errors: [], repeated: refusal.repeated },
      },
      { refusal: { code: 'rate_limited' } },
    ]);
    expect(await verify('', 'org_1')).toMatchObject({ isWell: true });
  });

  // Between a change and its entry lies nothing that a crash could lose: the entry is made of the change.
  it('tells once of all that was done when its keeper is killed over and over', async () => {
    const sent: Command[] = [];
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 5; n++) {
        const command = aCommand('org_2', 'create_workflow', { name: `W${round}${n}`, actionNodes: [] });
        sent.push(command);
        await send(command);
      }
      await service.kill();
      service = stack.use(await startService('command', env));
    }
    const told = await eventually('all are in the audit log', async () => {
      const entries = (await entriesOf('org_2')).filter(({ action }) => action === 'create_workflow');
      return entries.length >= sent.length && entries;
    });
    expect(told.map(({ commandId }) => commandId)).toEqual(sent.map(({ id }) => id));
    expect(await verify('', 'org_2')).toMatchObject({ isWell: true });
  });
});

describe('npm run audit', () => {
  const tool = resolve(import.meta.dirname, '../src/audit/main.ts');
  const audit = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [tool, ...args], { env: { ...env, PATH: process.env['PATH'] } });

  it('says of every log whether it holds, and which heads to keep', async () => {
    const [verified, heads, exported] = await Promise.all([
      audit('verify').catch((error) => error),
      audit('heads'),
      audit('export', 'org_1'),
    ]);
    expect(verified.stdout).toMatch(/org_1: \d+ entries hold/);
    expect(verified.stdout).not.toContain('BROKEN');
    expect(heads.stdout).toMatch(/^org_1 \d+ [0-9a-f]{64}$/m);
    const lines: string[] = [];
    expect(verifyFile(exported.stdout, (line) => lines.push(line))).toBe(true);
    expect(lines).toEqual([expect.stringMatching(/^org_1: entries 0 to \d+ hold/)]);
  });
});

describe('an audit log that somebody tampered with', () => {
  // What is written from here on is chained by the test alone.
  beforeAll(() => service.kill());

  /** An organisation of four entries, sealed at the end, as somebody with the store in hand left them. */
  const forged = async (change: (links: readonly Link[], seal: string) => readonly Link[]) => {
    const org = newId('organization');
    const at = new Date().toISOString();
    await ensureDataKey(store, masterKeys, org, at);
    const metadata = { org, actor: 'key_1', $correlationId: 'c', $causationId: 'c', schema: 1 } as const;
    const append = (stream: string, type: string, all: readonly object[]) =>
      store.append(
        stream,
        all.map((data) => ({ type, data, id: randomUUID(), metadata })),
        'no-stream',
      );
    const revoked = ['key_a', 'key_b', 'key_c'].map((keyId) => ({ keyId, at }));
    await append(streams.organization(org), 'ApiKeyRevoked', revoked);
    const events = [
      ...(await store.read(streams.vault(org))),
      ...(await store.read(streams.organization(org))),
    ];
    const links = chained(
      org,
      undefined,
      draftEntries(events, () => []),
    );
    const { sealed } = await openVault({ masterKeys, store }).seal(org, links.at(-1)?.hash ?? '', 'audit');
    await append(streams.audit(org), 'AuditRecorded', change(links, sealed));
    return org;
  };
  const sealedAt = (number: number, links: readonly Link[], seal: string) =>
    links.map((link) => (link.entry.number === number ? { ...link, seal } : link));

  it('holds where nobody did, also against a head that was kept', async () => {
    const org = await forged((links, seal) => sealedAt(3, links, seal));
    const hash = (await readLinks(store, org)).at(-1)?.hash;
    expect(await verify(`${org} 3 ${hash}`, org)).toEqual({
      isWell: true,
      lines: [`${org}: 4 entries hold`],
    });
    expect((await verify(`${org} 4 ${hash}`, org)).lines[0]).toMatch(/BROKEN at entry 4: the log was cut/);
    expect((await verify(`${org} 3 ${'0'.repeat(64)}`, org)).lines[0]).toMatch(/BROKEN at entry 3/);
  });

  it('is found out at the entry that was changed', async () => {
    const org = await forged((links, seal) =>
      sealedAt(3, links, seal).map((link) =>
        link.entry.number === 1 ? { ...link, entry: { ...link.entry, actor: 'key_2' } } : link,
      ),
    );
    expect((await verify('', org)).lines[0]).toMatch(/BROKEN at entry 1: it was changed/);
  });

  it('is found out where all was chained anew, by the seal that only the master key can make', async () => {
    const org = await forged((links, seal) => {
      const anew = links.map(({ entry: { number: _, ...draft } }) => ({ ...draft, actor: 'key_2' }));
      return sealedAt(3, chained('org', undefined, anew), seal);
    });
    expect((await verify('', org)).lines[0]).toMatch(/BROKEN at entry 0/);
    const other = await forged((links, seal) => sealedAt(3, links, `${seal.slice(0, -4)}AAAA`));
    expect((await verify('', other)).lines[0]).toMatch(/BROKEN at entry 3: its seal/);
  });

  it('is found out where its end was cut off, by the seal that the new end does not have', async () => {
    const org = await forged((links, seal) => sealedAt(1, links.slice(0, 3), seal));
    expect((await verify('', org)).lines[0]).toMatch(/BROKEN at entry 2: .*seal/);
  });
});
