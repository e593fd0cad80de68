import { mkdirSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { startEventStore, temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { collect, events } from './collect.ts';

describe('a server that is killed', () => {
  it('has every event that it acknowledged, under load, again and again', async () => {
    await using folder = await temporaryFolder();
    const acknowledged = new Map<string, bigint>();
    for (let life = 0; life < 5; life++) {
      const server = await startEventStore({ dataDir: folder.path });
      const client = EventStoreDBClient.connectionString(server.url);
      const writers = Array.from({ length: 16 }, async (_, writer) => {
        const stream = `life-${String(life)}-${String(writer)}`;
        for (let count = 0; ; count++) {
          try {
            const { nextExpectedRevision } = await client.appendToStream(stream, events(`E${String(count)}`));
            acknowledged.set(stream, nextExpectedRevision);
          } catch {
            return;
          }
        }
      });
      while (acknowledged.size < (life + 1) * 16) await Promise.race([...writers, tick()]);
      await server.kill();
      await Promise.all(writers);
      await client.dispose().catch(() => undefined);
    }

    await using server = await startEventStore({ dataDir: folder.path });
    const client = EventStoreDBClient.connectionString(server.url);
    for (const [stream, revision] of acknowledged) {
      const seen = await collect(client.readStream(stream));
      expect(seen.length).toBeGreaterThan(Number(revision));
      expect(seen).toEqual(seen.map((_, index) => `E${String(index)}@${String(index)}`));
    }
    await client.dispose();
  });

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

describe('a data folder', () => {
  it('belongs to one server at a time', async () => {
    await using folder = await temporaryFolder();
    await using _first = await startEventStore({ dataDir: folder.path });
    await expect(startEventStore({ dataDir: folder.path })).rejects.toThrow(/is in use by process \d+/);
  });

  it('is free again when its server was killed, also when another process has the id now', async () => {
    await using folder = await temporaryFolder();
    mkdirSync(folder.path, { recursive: true });
    writeFileSync(path.join(folder.path, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }));
    await using server = await startEventStore({ dataDir: folder.path });
    expect(server.port).toBeGreaterThan(0);
  });
});

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
