import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { streams, type EventMetadata } from '@karrio/contracts';
import { isUserEvent, user } from '@karrio/domain';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { createLogger } from '@karrio/telemetry';
import { startEventStore } from '@karrio/testing';
import { directory, ensureDataKey, loadMasterKeys, openVault, userIdOf, type Vault } from '@karrio/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeEmail } from '../src/people/change-email.ts';
import type { PeoplePorts } from '../src/people/person.ts';
import { resetPassword } from '../src/people/reset-password.ts';

const at = '2026-11-22T09:00:00.000Z';
const stack = new AsyncDisposableStack();
const masterKey = Buffer.alloc(32, 7).toString('base64');
const masterKeys = loadMasterKeys({ KWE_MASTER_KEY: masterKey });
let url: string;
let store: EventStore;
let vault: Vault;
let ports: PeoplePorts;
let said: string[];

beforeAll(async () => {
  ({ url } = stack.use(await startEventStore()));
  store = stack.use(connectEventStore({ url, log: createLogger('test', 'silent') }));
  vault = openVault({ masterKeys, store });
  await ensureDataKey(store, masterKeys, directory, at);
  said = [];
  const say = (line: string) => void said.push(line);
  ports = { store, vault, organizationsOf: () => ['org_1'], now: () => Date.parse(at), say };
  for (const email of ['ada@example.com', 'bob@example.com']) await addUser(email);
});
afterAll(() => stack.disposeAsync());

const addUser = async (email: string) => {
  const userId = await userIdOf(vault, email);
  await ensureDataKey(store, masterKeys, userId, at);
  const metadata: EventMetadata = {
    org: userId,
    actor: 'a',
    $correlationId: 'c',
    $causationId: 'c',
    schema: 1,
  };
  const { sealed: sealedEmail } = await vault.seal(userId, email, 'personal');
  const added = { type: 'UserAdded', data: { userId, sealedEmail, at }, metadata };
  await store.append(streams.user(userId), [{ ...added, id: crypto.randomUUID() }], 'no-stream');
};

const eventsOf = async (email: string) =>
  (await store.read(streams.user(await userIdOf(vault, email)))).filter((event) => isUserEvent(event));

describe('who runs the server', () => {
  it('is given a text, once, with which a person chooses another password, and it is told where they are a member', async () => {
    await resetPassword(ports, ' Ada@example.com');
    const [text = ''] = said;
    expect(text).toMatch(/^reset_[\w-]{32}$/);
    const issued = (await eventsOf('ada@example.com')).at(-1);
    expect(issued).toMatchObject({
      type: 'PasswordResetIssued',
      data: { hash: hash('sha256', text), expiresAt: '2026-11-23T09:00:00.000Z', org: null },
      metadata: { actor: 'operator', concerns: ['org_1'] },
    });
  });

  it('changes an address, after which the new one names the person and the old one nobody', async () => {
    await changeEmail(ports, 'ada@example.com', 'Ada@New.example.com');
    // Stopped half-way it would be completed by the same again.
    await changeEmail(ports, await userIdOf(vault, 'ada@example.com'), 'ada@new.example.com');
    const events = await eventsOf('ada@example.com');
    const state = events.reduce(user.evolve, user.initial);
    expect(state).toMatchObject({ addressId: await userIdOf(vault, 'ada@new.example.com') });
    const changed = events.at(-1);
    const sealed = changed?.type === 'EmailChanged' ? changed.data.sealedEmail : '';
    expect(await vault.open(await userIdOf(vault, 'ada@example.com'), sealed, 'personal')).toBe(
      'ada@new.example.com',
    );
    await resetPassword(ports, 'ada@new.example.com');
    await expect(resetPassword(ports, 'ada@example.com')).rejects.toThrow('No user has the address');
  });

  it('gives nobody an address that is, or was, another one’s', async () => {
    const to = (email: string) => changeEmail(ports, 'bob@example.com', email);
    await expect(to('ada@new.example.com')).rejects.toThrow('another user’s');
    await expect(to('ada@example.com')).rejects.toThrow('another user’s');
    await changeEmail(ports, 'ada@new.example.com', 'ada@example.com');
    expect((await eventsOf('ada@example.com')).reduce(user.evolve, user.initial)).toMatchObject({
      addressId: await userIdOf(vault, 'ada@example.com'),
    });
  });

  it('is told by the tool whom nobody knows, and how to use it', async () => {
    const tool = resolve(import.meta.dirname, '../src/people/main.ts');
    const env = { EVENTSTORE_URL: url, KWE_MASTER_KEY: masterKey, PATH: process.env['PATH'] };
    const run = (...args: readonly string[]) =>
      promisify(execFile)(process.execPath, [tool, ...args], { env });
    await expect(run('reset-password', 'nobody@example.com')).rejects.toMatchObject({
      code: 1,
      stderr: 'No user has the address nobody@example.com.\n',
    });
    await expect(run('change-email', 'bob@example.com', 'nonsense')).rejects.toMatchObject({ code: 2 });
    expect((await run('reset-password', 'bob@example.com')).stdout).toMatch(/^reset_[\w-]{32}\n/);
  });
});
