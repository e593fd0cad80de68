import { randomInt, randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { startEventStore, temporaryFolder, type EventStoreServer } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { collect, events } from './collect.ts';
import { liveUnderLoad, type Life } from './kill/campaign.ts';
import { emptyLog, problemsAfter } from './kill/check-life.ts';
import { longRun } from './long-run.ts';

/** About a second each, on a machine with nothing else to do. */
const rounds = longRun ? 500 : 12;

describe('a server that is killed under load, again and again', () => {
  it(
    'has what it acknowledged where it was, whole appends alone, and takes repetitions for what they are',
    async () => {
      await using folder = await temporaryFolder();
      const log = emptyLog();
      let life: Life = { sent: [], seen: new Map(), errors: [] };
      let answered = 0;
      for (let round = 0; round <= rounds; round++) {
        await using server = await start(folder.path);
        const client = EventStoreDBClient.connectionString(server.url);
        expect(await problemsAfter(client, life, log)).toEqual([]);
        await client.dispose();
        life = await loadUntil(server, () => server.kill());
        answered += life.sent.filter(({ answer }) => answer).length;
      }
      expect(answered).toBeGreaterThan(20 * rounds);
    },
    longRun ? 3_600_000 : 300_000,
  );
});

describe('a server that is stopped under load', () => {
  it(
    'has acknowledged an append, or has ended it with a status that says so',
    async () => {
      await using folder = await temporaryFolder();
      const log = emptyLog();
      let life: Life = { sent: [], seen: new Map(), errors: [] };
      for (let round = 0; round <= rounds / 5; round++) {
        await using server = await start(folder.path);
        const client = EventStoreDBClient.connectionString(server.url);
        expect(await problemsAfter(client, life, log)).toEqual([]);
        await client.dispose();
        life = await loadUntil(server, () => server.stop());
        expect(life.errors.filter((status) => status !== 'cancelled' && status !== 'unavailable')).toEqual(
          [],
        );
      }
    },
    longRun ? 1_200_000 : 180_000,
  );
});

/** Small segments, so that some are begun in each life. */
const start = (dataDir: string) => startEventStore({ dataDir, env: { EVENTSTORE_SEGMENT_MIB: '1' } });

const loadUntil = (server: EventStoreServer, end: () => Promise<void>) =>
  liveUnderLoad({ url: server.url, clients: 3, writersEach: 10, answersMax: randomInt(400), end });

describe('a server that was killed', () => {
  it('answers a repeated append as the first time, by its ids', async () => {
    await using folder = await temporaryFolder();
    const batch = [jsonEvent({ type: 'Once', data: {}, id: randomUUID() })];
    const append = async (expectedRevision: 'any' | typeof NO_STREAM) => {
      const server = await startEventStore({ dataDir: folder.path });
      const client = EventStoreDBClient.connectionString(server.url);
      const result = await client.appendToStream('once', batch, { expectedRevision });
      const seen = await collect(client.readStream('once'));
      await client.dispose();
      await server.kill();
      return { result, seen };
    };
    const first = await append(NO_STREAM);

    expect(await append(NO_STREAM)).toEqual(first);
    expect(await append('any')).toEqual(first);
    expect(first.seen).toEqual(['Once@0']);
  });

  it('remembers deletes, metadata and positions', async () => {
    await using folder = await temporaryFolder();
    const first = await startEventStore({ dataDir: folder.path });
    const before = EventStoreDBClient.connectionString(first.url);
    await before.appendToStream('kept', events('A', 'B', 'C'));
    await before.setStreamMetadata('kept', { maxCount: 1 });
    await before.appendToStream('gone', events('A'));
    await before.tombstoneStream('gone');
    const all = await collect(before.readAll());
    await before.dispose();
    await first.kill();

    await using second = await startEventStore({ dataDir: folder.path });
    const after = EventStoreDBClient.connectionString(second.url);
    expect(await collect(after.readStream('kept'))).toEqual(['C@2']);
    await expect(collect(after.readStream('gone'))).rejects.toMatchObject({ type: 'stream-deleted' });
    expect(await collect(after.readAll())).toEqual(all);
    await after.dispose();
  });
});
