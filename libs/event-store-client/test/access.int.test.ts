import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streams, type EventMetadata } from '@karrio/contracts';
import { createLogger } from '@karrio/telemetry';
import { eventStoreUser, makeCertificates, startEventStore, temporaryFolder } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEventStore, type EventStore, type NewEvent } from '../src/index.ts';

const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};
const anEvent = (): NewEvent => ({ id: randomUUID(), type: 'Happened', data: {}, metadata });
const aStream = () => streams.run(randomUUID());

const started = new AsyncDisposableStack();
let urlOf: (login: string, scheme?: string) => string;
let writer: EventStore;

const connect = (url: string, patienceMs = 30_000) =>
  connectEventStore({ url, log: createLogger('test', 'silent'), patienceMs });

beforeAll(async () => {
  const folder = started.use(await temporaryFolder()).path;
  const files = await makeCertificates(folder);
  const usersFile = join(folder, 'users');
  const users = [eventStoreUser('writer', 'write', 'p@ss:w/1'), eventStoreUser('reader', 'read', 'p')];
  await writeFile(usersFile, (await Promise.all(users)).join(''));
  const env = {
    EVENTSTORE_TLS_CERT_FILE: files.serverCertFile,
    EVENTSTORE_TLS_KEY_FILE: files.serverKeyFile,
    EVENTSTORE_USERS_FILE: usersFile,
  };
  const { port } = started.use(await startEventStore({ env }));
  const ca = `tlsCAFile=${encodeURIComponent(files.caFile)}`;
  urlOf = (login, scheme = 'esdb') => `${scheme}://${login}localhost:${port}?${ca}`;
  writer = started.use(connect(urlOf('writer:p%40ss%3Aw%2F1@')));
});
afterAll(() => started.disposeAsync());

describe('user and password in the connection string', () => {
  it.each(['esdb', 'esdb+discover'])('reach every call, over TLS, by %s', async (scheme) => {
    await using store = connect(urlOf('writer:p%40ss%3Aw%2F1@', scheme));
    const stream = aStream();
    await store.available(AbortSignal.timeout(60_000));
    await store.append(stream, [anEvent(), anEvent()], 'no-stream');
    await store.keepLast(stream, 1);
    expect((await store.read(stream)).map(({ revision }) => revision)).toEqual([1]);
    const closing = new AbortController();
    const filter = { streamPrefixes: [stream] };
    const seen: number[] = [];
    for await (const { events } of store.follow({ from: undefined, filter, signal: closing.signal })) {
      seen.push(...events.map(({ revision }) => revision));
      if (seen.length === 2) closing.abort();
    }
    expect(seen).toEqual([0, 1]);
  });

  it.each([
    ['are missing', ''],
    ['are wrong', 'writer:p@'],
  ])('that %s are a denial at once, in every call', async (_name, login) => {
    await using store = connect(urlOf(login));
    const denied = { name: 'AccessDenied', reason: 'unauthenticated' };
    await expect(store.append(aStream(), [anEvent()], 'no-stream')).rejects.toMatchObject(denied);
    await expect(store.read(aStream())).rejects.toMatchObject(denied);
    await expect(store.keepLast(aStream(), 1)).rejects.toMatchObject(denied);
    await expect(store.ping()).rejects.toMatchObject(denied);
  });

  it('of somebody who may read only are a denial of appends, and cost no other writer anything', async () => {
    await using store = connect(urlOf('reader:p@'));
    const stream = aStream();
    const denied = store.append(stream, [anEvent()], 'no-stream');
    const allowed = writer.append(stream, [anEvent()], 'no-stream');
    await expect(denied).rejects.toMatchObject({ name: 'AccessDenied', reason: 'forbidden' });
    await expect(allowed).resolves.toMatchObject({ revision: 0 });
    expect(await store.read(stream)).toHaveLength(1);
  });
});

describe('a server whose certificate nobody vouches for', () => {
  it('is not spoken to', async () => {
    await using store = connect(urlOf('writer:p%40ss%3Aw%2F1@').replace(/\?.*/, ''), 0);
    await expect(store.ping()).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'away' });
  });
});
