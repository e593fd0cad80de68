import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { eventually, startEventStore, temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { collect, events } from './collect.ts';
import { lastSegmentOf } from './disk/small-log.ts';
import { canMount, mountSmallDisk } from './fault/small-disk.ts';
import { startServerWithin } from './fault/server-within.ts';

const failingDisk = path.resolve(import.meta.dirname, 'fault/failing-disk.ts');

const readiness = async (opsUrl: string) => {
  const response = await fetch(`${opsUrl}/readyz`);
  return { status: response.status, text: await response.text() };
};

const largeEvent = () => jsonEvent({ type: 'Large', data: { fill: 'x'.repeat(50_000) }, id: randomUUID() });

/** Appends until one is refused; the number of those that were not, and why. */
const appendUntilRefused = async (client: EventStoreDBClient, stream: string) => {
  for (let count = 0; ; count++) {
    try {
      await client.appendToStream(stream, [largeEvent()]);
    } catch (error) {
      return { count, message: error instanceof Error ? error.message : String(error) };
    }
  }
};

const countOf = async (client: EventStoreDBClient, stream: string) =>
  (await collect(client.readStream(stream))).length;

describe('a disk that fails', () => {
  it.each(['sync EIO', 'write EROFS', 'open EROFS'])(
    'ends writing until a restart, loudly, and takes nothing that was acknowledged (%s)',
    async (fault) => {
      await using folder = await temporaryFolder();
      const control = path.join(folder.path, 'control');
      const dataDir = path.join(folder.path, 'data');
      const lines: string[] = [];
      const log = (line: string) => lines.push(line);
      const options = { dataDir, log, env: { FAILING_DISK: control, EVENTSTORE_SEGMENT_MIB: '1' } };
      const server = await startEventStore({ ...options, execArgv: ['--import', failingDisk] });
      const client = EventStoreDBClient.connectionString(server.url);
      await client.appendToStream('s', [largeEvent()]);
      expect((await readiness(server.opsUrl)).status).toBe(200);

      writeFileSync(control, fault);
      const [, code = ''] = fault.split(' ');
      const { count, message } = await appendUntilRefused(client, 's');
      rmSync(control);
      const late = jsonEvent({ type: 'Late', data: {}, id: randomUUID() });
      await expect(client.appendToStream('s', [late])).rejects.toThrow('accepts no writes');
      const [one, other] = await Promise.allSettled([
        client.appendToStream('other', events('A')),
        client.deleteStream('s'),
      ]);

      expect(message).toContain(`accepts no writes since "${code}`);
      expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
      const { status, text } = await readiness(server.opsUrl);
      expect(status).toBe(503);
      expect(text).toContain(code);
      expect(lines.filter((line) => line.includes('the log can not be written'))).toHaveLength(1);
      expect(await countOf(client, 's')).toBe(1 + count);
      await client.dispose();
      await server.kill();

      await using again = await startEventStore(options);
      const after = EventStoreDBClient.connectionString(again.url);
      expect(await countOf(after, 's')).toBeGreaterThanOrEqual(1 + count);
      await after.appendToStream('s', [late]);
      await after.appendToStream('s', [late]);
      expect((await collect(after.readStream('s'))).filter((name) => name.startsWith('Late'))).toHaveLength(
        1,
      );
      await after.dispose();
    },
  );
});

describe('a segment that somebody removes', () => {
  it('ends writing, since what goes there would be gone, and keeps the next server from starting', async () => {
    await using folder = await temporaryFolder();
    const server = await startEventStore({ dataDir: folder.path });
    const client = EventStoreDBClient.connectionString(server.url);
    await client.appendToStream('s', events('A'));
    const file = lastSegmentOf(folder.path);
    rmSync(file);

    await expect(client.appendToStream('s', events('B'))).rejects.toThrow(`${file} was removed`);
    expect((await readiness(server.opsUrl)).text).toContain(`${file} was removed`);
    expect(await collect(client.readStream('s'))).toEqual(['A@0']);
    await client.dispose();
    await server.stop();
    await expect(startEventStore({ dataDir: folder.path })).rejects.toThrow(
      'holds none of the events before',
    );
  });
});

describe('a disk that is full', () => {
  it.skipIf(!canMount)(
    'ends writing, goes on showing what it has, and is fine when there is room',
    async () => {
      await using folder = await temporaryFolder();
      await using disk = await mountSmallDisk(path.join(folder.path, 'small'), 4);
      const data = path.join(folder.path, 'small', 'data');
      const ballast = path.join(folder.path, 'small', 'ballast');
      disk.run(`head -c 1500000 /dev/zero > '${ballast}'`);
      const start = () => startServerWithin(disk.within, { EVENTSTORE_DATA: data });

      const full = await start();
      const client = EventStoreDBClient.connectionString(full.url);
      const refused = await Promise.all(['a', 'b', 'c'].map((stream) => appendUntilRefused(client, stream)));
      expect(refused[0]?.message).toContain('accepts no writes since "ENOSPC');
      expect((await readiness(full.opsUrl)).status).toBe(503);
      expect(full.lines.some((line) => line.includes('the log can not be written'))).toBe(true);
      const counts = refused.map(({ count }) => count);
      const inFull = ['a', 'b', 'c'].map((stream) => countOf(client, stream));
      expect(await Promise.all(inFull)).toEqual(counts);
      await client.dispose();
      await full.kill();

      // Nobody has made room: there is nothing to write, and all to read.
      const stillFull = await start();
      const reader = EventStoreDBClient.connectionString(stillFull.url);
      const kept = await Promise.all(['a', 'b', 'c'].map((stream) => countOf(reader, stream)));
      expect(kept.every((count, index) => count >= (counts[index] ?? 0))).toBe(true);
      await reader.dispose();
      await stillFull.kill();

      disk.run(`rm '${ballast}'`);
      await using free = await start();
      const writer = EventStoreDBClient.connectionString(free.url);
      expect(await Promise.all(['a', 'b', 'c'].map((stream) => countOf(writer, stream)))).toEqual(kept);
      await writer.appendToStream('a', [largeEvent()]);
      expect(await countOf(writer, 'a')).toBe((kept[0] ?? 0) + 1);
      await writer.dispose();
    },
  );

  it('ends writing where the system limits the size of files, and goes on without the limit', async () => {
    await using folder = await temporaryFolder();
    const start = (limit: string) =>
      startServerWithin(['sh', '-c', `ulimit -f ${limit}; exec "$@"`, 'sh'], {
        EVENTSTORE_DATA: folder.path,
      });

    const limited = await start('400');
    const client = EventStoreDBClient.connectionString(limited.url);
    const { count, message } = await appendUntilRefused(client, 's');
    expect(message).toContain('accepts no writes since "EFBIG');
    expect(await countOf(client, 's')).toBe(count);
    await client.dispose();
    await limited.kill();

    await using free = await start('unlimited');
    const after = EventStoreDBClient.connectionString(free.url);
    expect(await countOf(after, 's')).toBe(count);
    expect(free.lines.some((line) => line.includes('cut off an unfinished write'))).toBe(true);
    await after.appendToStream('s', [largeEvent()]);
    await after.dispose();
  });
});

describe('an event that has rotted on the disk', () => {
  it('is an error to who reads it, and costs nobody else', async () => {
    await using folder = await temporaryFolder();
    const first = await startEventStore({ dataDir: folder.path });
    const before = EventStoreDBClient.connectionString(first.url);
    await before.appendToStream('sound', events('A'));
    await before.appendToStream('rotten', [jsonEvent({ type: 'Rotten', data: { about: 'needle' } })]);
    await before.appendToStream('sound', events('B'));
    await before.dispose();
    await first.stop();
    await using server = await startEventStore({ dataDir: folder.path });
    const client = EventStoreDBClient.connectionString(server.url);
    const file = lastSegmentOf(folder.path);
    rot(file, 'needle');

    await expect(collect(client.readStream('rotten'))).rejects.toThrow(`${file} is damaged at offset`);
    await expect(collect(client.readAll())).rejects.toThrow(`${file} is damaged at offset`);
    expect(await collect(client.readStream('sound'))).toEqual(['A@0', 'B@1']);
    await client.appendToStream('sound', events('C'));
    await eventually('the server says so', () => server.lastLines().includes('is damaged at offset'));
    await client.dispose();
  });
});

/** Flips a bit where a text stands, in place: the server has the file open. */
const rot = (file: string, text: string) => {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(text);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.from([(bytes[at] ?? 0) ^ 1]), 0, 1, at);
  closeSync(descriptor);
};
