import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { startEventStore, temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { backUp } from '../src/backup/back-up.ts';
import { writeBackupNote } from '../src/backup/backup-note.ts';
import { copyLog } from '../src/backup/copy-log.ts';
import { listSegments } from '../src/log/segment-file.ts';
import { append, openSmallStore, readAll, readStream, scavengeNow, setMetadata } from './opened-store.ts';

const ignore = () => undefined;
const verify = { onFinding: ignore, onProgress: ignore };
const back = (from: string, to: string) => backUp(from, to, { onCopied: ignore, verify });

const twoFolders = async () => {
  await using stack = new AsyncDisposableStack();
  const log = stack.use(await temporaryFolder());
  const target = stack.use(await temporaryFolder());
  const kept = stack.move();
  const to = path.join(target.path, 'backup');
  return { from: log.path, to, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

/** What a server that is started on a folder has. */
const contentOf = async (folder: string) => {
  await using store = await openSmallStore(folder);
  return readAll(store);
};

describe('a backup', () => {
  it('is a log that a server can be started on, with all that was acknowledged before', async () => {
    await using folders = await twoFolders();
    await using store = await openSmallStore(folders.from);
    await append(store, 'orders', 3);
    for (let count = 0; count < 20; count++) await append(store, `s${String(count % 3)}`, 2);
    const { verified } = back(folders.from, folders.to);

    expect(verified).toMatchObject({ findings: 0, events: readAll(store).length });
    await using restored = await openSmallStore(folders.to);
    expect(readAll(restored)).toEqual(readAll(store));
    expect(await append(restored, 'orders', 1)).toMatchObject({ kind: 'written', revision: 3 });
  });

  it('copies only what is new into the folder of the one before', async () => {
    await using folders = await twoFolders();
    await using store = await openSmallStore(folders.from);
    for (let count = 0; count < 30; count++) await append(store, 's', 2);
    const first = back(folders.from, folders.to);
    await append(store, 's', 2);
    const second = back(folders.from, folders.to);

    expect(second.copied.copiedBytes).toBeLessThan(first.copied.copiedBytes / 2);
    expect(await contentOf(folders.to)).toEqual(readAll(store));
  });

  it('follows a scavenge, so that the space is free there too', async () => {
    await using folders = await twoFolders();
    await using store = await openSmallStore(folders.from);
    for (let count = 0; count < 30; count++) await append(store, 's', 2);
    back(folders.from, folders.to);
    await setMetadata(store, 's', '{"$maxCount":2}');
    await scavengeNow(store);
    expect(back(folders.from, folders.to).verified.findings).toBe(0);

    expect(await contentOf(folders.to)).toEqual(readAll(store));
  });

  // A copy that has the segments of before and those of after would have gaps in its streams.
  it('is of one moment, also when everything is scavenged while it is taken', async () => {
    await using folders = await twoFolders();
    await using later = await temporaryFolder();
    const before = await openSmallStore(folders.from);
    for (let count = 0; count < 30; count++) await append(before, 's', 2);
    await setMetadata(before, 's', '{"$maxCount":2}');
    await before[Symbol.asyncDispose]();
    cpSync(folders.from, later.path, { recursive: true });
    const after = await openSmallStore(later.path);
    await scavengeNow(after);
    const all = readAll(after);
    await after[Symbol.asyncDispose]();

    mkdirSync(folders.to);
    let copies = 0;
    copyLog(folders.from, folders.to, () => {
      copies++;
      if (copies !== 2) return;
      for (const { file } of listSegments(later.path))
        renameSync(file, path.join(folders.from, path.basename(file)));
    });
    expect(await contentOf(folders.to)).toEqual(all);
  });

  it('refuses a folder with anything else in it', async () => {
    await using folders = await twoFolders();
    await using other = await twoFolders();
    await using store = await openSmallStore(folders.from);
    await using otherStore = await openSmallStore(other.from);
    await append(store, 's', 1);
    await append(otherStore, 's', 1);

    expect(() => back(folders.from, other.from)).toThrow('is not empty and holds no backup');
    back(other.from, other.to);
    expect(() => back(folders.from, other.to)).toThrow('holds a backup of another log');
    expect(() => back(folders.to, folders.to)).toThrow('holds no log');
    await (await openSmallStore(other.to))[Symbol.asyncDispose]();
    expect(() => back(other.from, other.to)).toThrow('a server was started on');
  });

  it('that was not finished starts no server', async () => {
    await using folders = await twoFolders();
    await using store = await openSmallStore(folders.from);
    back(folders.from, folders.to);
    writeBackupNote(folders.to, { log: store.id, isComplete: false, at: new Date().toISOString() });

    await expect(openSmallStore(folders.to)).rejects.toThrow('was not finished');
    back(folders.from, folders.to);
    expect(await contentOf(folders.to)).toEqual(readAll(store));
  });

  it('finds what the disk has changed in the source', async () => {
    await using folders = await twoFolders();
    await using store = await openSmallStore(folders.from);
    for (let count = 0; count < 10; count++) await append(store, 's', 2);
    const [first] = listSegments(folders.from);
    const bytes = readFileSync(first?.file ?? '');
    bytes[500] = (bytes[500] ?? 0) ^ 1;
    writeFileSync(first?.file ?? '', bytes);

    expect(back(folders.from, folders.to).verified.findings).toBe(1);
    await expect(openSmallStore(folders.to)).rejects.toThrow('was not finished');
  });

  it('taken under load has every event that was acknowledged before it began', async () => {
    await using folders = await twoFolders();
    await using server = await startEventStore({
      dataDir: folders.from,
      env: { EVENTSTORE_SEGMENT_MIB: '1' },
    });
    const client = EventStoreDBClient.connectionString(server.url);
    let isOver = false;
    const acknowledged = new Map<string, number>();
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let count = 0; !isOver; count++) {
        const batch = Array.from({ length: 20 }, () =>
          jsonEvent({ type: 'T', data: { text: 'x'.repeat(200) }, id: randomUUID() }),
        );
        const { nextExpectedRevision } = await client.appendToStream(`s${String(writer)}`, batch);
        acknowledged.set(`s${String(writer)}`, Number(nextExpectedRevision));
      }
    });
    while (listSegments(folders.from).length < 3) await Promise.race([...writers, tick()]);
    const before = new Map(acknowledged);
    // In a process of its own, as an operator would.
    const { stdout } = await runTool('backup', folders.from, folders.to);
    isOver = true;
    await Promise.all(writers);
    await client.dispose();

    expect(stdout).toContain('sound');
    await using restored = await openSmallStore(folders.to);
    for (const [stream, revision] of before) {
      expect(readStream(restored, stream).length).toBeGreaterThan(revision);
    }
  });
});

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

const tool = path.join(import.meta.dirname, '../src/tool/main.ts');
const runTool = (...args: readonly string[]) => promisify(execFile)(process.execPath, [tool, ...args]);
