import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ErrorType, EventStoreDBClient, FORWARDS, START } from '@eventstore/db-client';
import {
  eventStoreUser,
  eventually,
  makeCertificates,
  startEventStore,
  temporaryFolder,
  type Certificates,
  type EventStoreServer,
} from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, events } from './collect.ts';

const started = new AsyncDisposableStack();
let files: Certificates;
let folder: string;
let server: EventStoreServer;
const lines: string[] = [];

const tlsEnv = () => ({
  EVENTSTORE_TLS_CERT_FILE: files.serverCertFile,
  EVENTSTORE_TLS_KEY_FILE: files.serverKeyFile,
});

beforeAll(async () => {
  folder = started.use(await temporaryFolder()).path;
  files = await makeCertificates(folder);
  const usersFile = path.join(folder, 'users');
  const writer = await eventStoreUser('writer', 'write', 'p:w@1');
  writeFileSync(usersFile, writer + (await eventStoreUser('reader', 'read', 'p2')));
  const env = { ...tlsEnv(), EVENTSTORE_USERS_FILE: usersFile };
  server = started.use(await startEventStore({ env, log: (line) => lines.push(line) }));
});
afterAll(() => started.disposeAsync());

const connect = (user: string, to = server, scheme = 'esdb') => {
  const login = user === '' ? '' : `${user}@`;
  const url = `${scheme}://${login}localhost:${String(to.port)}?tlsCAFile=${encodeURIComponent(files.caFile)}`;
  const client = EventStoreDBClient.connectionString(url);
  return { client, [Symbol.asyncDispose]: () => client.dispose() };
};
const asWriter = 'writer:p%3Aw%401';

describe('a user with the right password', () => {
  it('appends, reads and follows over TLS, also by discovery', async () => {
    await using direct = connect(asWriter);
    await using found = connect(asWriter, server, 'esdb+discover');
    await direct.client.appendToStream('mine', events('A'));
    await found.client.appendToStream('mine', events('B'));
    expect(await collect(found.client.readStream('mine'))).toEqual(['A@0', 'B@1']);
    expect(await collect(direct.client.subscribeToStream('mine'), 2)).toEqual(['A@0', 'B@1']);
    await direct.client.setStreamMetadata('mine', { maxCount: 1 });
    await direct.client.tombstoneStream('mine');
  });

  it('who may only read reads, and is denied what changes the log', async () => {
    await using writer = connect(asWriter);
    await using reader = connect('reader:p2');
    await writer.client.appendToStream('theirs', events('A'));
    expect(await collect(reader.client.readStream('theirs'))).toEqual(['A@0']);
    const denied = { type: ErrorType.ACCESS_DENIED };
    await expect(reader.client.appendToStream('theirs', events('B'))).rejects.toMatchObject(denied);
    await expect(reader.client.deleteStream('theirs')).rejects.toMatchObject(denied);
    await expect(reader.client.tombstoneStream('theirs')).rejects.toMatchObject(denied);
    expect(await collect(writer.client.readStream('theirs'))).toEqual(['A@0']);
  });

  it('may sign in for a single call', async () => {
    await using nobody = connect('');
    const credentials = { username: 'writer', password: 'p:w@1' };
    await nobody.client.appendToStream('single', events('A'), { credentials });
    expect(await collect(nobody.client.readStream('single', { credentials }))).toEqual(['A@0']);
  });
});

describe('a stranger', () => {
  it.each([
    ['without credentials', ''],
    ['with a wrong password', 'writer:p2'],
    ['with a name that nobody has', 'nobody:p2'],
  ])('%s is refused in every call', async (_name, user) => {
    await using stranger = connect(user);
    const { client } = stranger;
    const refused = { type: ErrorType.ACCESS_DENIED, code: 16 };
    await expect(client.appendToStream('s', events('A'))).rejects.toMatchObject(refused);
    await expect(client.deleteStream('s')).rejects.toMatchObject(refused);
    await expect(client.tombstoneStream('s')).rejects.toMatchObject(refused);
    await expect(collect(client.readStream('s'))).rejects.toMatchObject(refused);
    await expect(collect(client.readAll({ direction: FORWARDS, fromPosition: START }))).rejects.toMatchObject(
      refused,
    );
    await expect(collect(client.subscribeToAll())).rejects.toMatchObject(refused);
    await expect(collect(client.subscribeToStream('s'))).rejects.toMatchObject(refused);
  });

  it('is told of in the log, and no password is', async () => {
    await using stranger = connect('writer:hunter2');
    await expect(collect(stranger.client.readStream('s'))).rejects.toMatchObject({ code: 16 });
    await eventually('it is in the log', () => lines.some((line) => line.includes('wrong credentials')));
    const encoded = Buffer.from('writer:hunter2').toString('base64');
    expect(lines.join('\n')).not.toMatch(new RegExp(`hunter2|p:w@1|scrypt|${encoded}`));
  });

  it('who does not know the authority does not connect', async () => {
    const url = `esdb://${asWriter}@localhost:${String(server.port)}`;
    const client = EventStoreDBClient.connectionString(url);
    await expect(collect(client.readStream('s'))).rejects.toMatchObject({ type: ErrorType.UNAVAILABLE });
    await client.dispose();
  });
});

describe('a client certificate', () => {
  it('is asked for where an authority for clients is named', async () => {
    await using server2 = await startEventStore({
      env: { ...tlsEnv(), EVENTSTORE_TLS_CLIENT_CA_FILE: files.caFile },
    });
    const ca = `localhost:${String(server2.port)}?tlsCAFile=${encodeURIComponent(files.caFile)}`;
    const without = EventStoreDBClient.connectionString(`esdb://${ca}`);
    await expect(without.appendToStream('s', events('A'))).rejects.toThrow(/UNAVAILABLE/);
    await without.dispose();
    const certificate = `userCertFile=${encodeURIComponent(files.clientCertFile)}`;
    const key = `userKeyFile=${encodeURIComponent(files.clientKeyFile)}`;
    const client = EventStoreDBClient.connectionString(`esdb://${ca}&${certificate}&${key}`);
    expect((await client.appendToStream('s', events('A'))).success).toBe(true);
    await client.dispose();
  });
});

describe('what is renewed on the disk', () => {
  it('holds without a restart: a certificate for new connections, users for new calls', async () => {
    await using renewed = await temporaryFolder();
    const mine = await makeCertificates(renewed.path);
    const usersFile = path.join(renewed.path, 'users');
    writeFileSync(usersFile, await eventStoreUser('old', 'write', 'p'));
    await using server2 = await startEventStore({
      env: {
        EVENTSTORE_TLS_CERT_FILE: mine.serverCertFile,
        EVENTSTORE_TLS_KEY_FILE: mine.serverKeyFile,
        EVENTSTORE_USERS_FILE: usersFile,
      },
    });
    const appends = async (user: string, caFile: string) => {
      const url = `esdb://${user}:p@localhost:${String(server2.port)}?tlsCAFile=${encodeURIComponent(caFile)}`;
      const client = EventStoreDBClient.connectionString(url);
      try {
        return await client.appendToStream('s', events('A'));
      } finally {
        await client.dispose();
      }
    };
    const firstCa = readFileSync(mine.caFile);
    const firstCaFile = path.join(renewed.path, 'first-ca.pem');
    writeFileSync(firstCaFile, firstCa);
    await appends('old', firstCaFile);

    await makeCertificates(renewed.path);
    writeFileSync(usersFile, await eventStoreUser('new', 'write', 'p'));
    await eventually('the new ones hold', () => appends('new', mine.caFile));
    await expect(appends('new', firstCaFile)).rejects.toThrow(/UNAVAILABLE/);
    await expect(appends('old', mine.caFile)).rejects.toMatchObject({ type: ErrorType.ACCESS_DENIED });
  });
});

describe('a server that other machines could reach', () => {
  it('does not start unless it asks who they are, or was told not to', async () => {
    const env = { EVENTSTORE_HOST: '0.0.0.0' };
    await expect(startEventStore({ env })).rejects.toThrow(/EVENTSTORE_INSECURE=true/);
    await expect(startEventStore({ env: { ...env, ...tlsEnv() } })).rejects.toThrow(/EVENTSTORE_USERS_FILE/);
    const heard: string[] = [];
    const log = (line: string) => heard.push(line);
    await using _open = await startEventStore({ env: { ...env, EVENTSTORE_INSECURE: 'true' }, log });
    expect(heard.join('\n')).toContain('whoever reaches this port may read and write everything');
  });
});
