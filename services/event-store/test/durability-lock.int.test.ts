import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startEventStore, temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../src/log/folder-lock.ts';

const lockModule = path.resolve(import.meta.dirname, '../src/log/folder-lock.ts');

/** Takes the lock in a process of its own, and says what came of it. */
const lockElsewhere = (folder: string, ...prefix: readonly string[]) => {
  const script = `import { lockFolder } from ${JSON.stringify(lockModule)};
    try { lockFolder(${JSON.stringify(folder)}); console.log('taken'); } catch (error) { console.log(error.message); }`;
  const args = [...prefix, process.execPath, '--input-type=module-typescript', '-e', script];
  const { stdout, stderr } = spawnSync('env', args, { encoding: 'utf8' });
  return stdout.trim() || stderr;
};

/** A process id of another container means nothing here; needs a kernel that lets users have namespaces. */
const otherPids = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc'];
const hasNamespaces = spawnSync('unshare', [...otherPids.slice(1), 'true']).status === 0;

describe('a data folder', () => {
  it('belongs to one server at a time, and says to which', async () => {
    await using folder = await temporaryFolder();
    await using first = await startEventStore({ dataDir: folder.path });
    await expect(startEventStore({ dataDir: folder.path })).rejects.toThrow(
      `${folder.path} is in use by process ${String(first.pid)} on `,
    );
  });

  it('belongs to its server within one process too, at no cost of room', async () => {
    await using folder = await temporaryFolder();
    using _lock = lockFolder(folder.path);
    expect(() => lockFolder(folder.path)).toThrow(`is in use by process ${String(process.pid)}`);
    expect(readdirSync(folder.path).sort()).toEqual(['lock', 'lock.sqlite']);
    expect(statSync(path.join(folder.path, 'lock.sqlite')).size).toBe(0);
  });

  it('is not taken from a server whose process id cannot be seen', async ({ skip }) => {
    skip(!hasNamespaces, 'this system does not let its users have namespaces: unshare --user --pid failed');
    await using folder = await temporaryFolder();
    using _lock = lockFolder(folder.path);
    expect(lockElsewhere(folder.path, ...otherPids)).toContain('is in use by process');
  });

  it('is free again when its server was killed, whatever runs under its process id now', async () => {
    await using folder = await temporaryFolder();
    const killed = await startEventStore({ dataDir: folder.path });
    await killed.kill();
    const note = path.join(folder.path, 'lock');
    expect(readFileSync(note, 'utf8')).toContain(String(killed.pid));
    writeFileSync(note, JSON.stringify({ pid: process.pid, host: 'here', since: '2026-01-01T00:00:00Z' }));

    expect(lockElsewhere(folder.path)).toBe('taken');
  });

  it('is locked whatever the note of its holder says', async () => {
    await using folder = await temporaryFolder();
    mkdirSync(folder.path, { recursive: true });
    using _lock = lockFolder(folder.path);
    writeFileSync(path.join(folder.path, 'lock'), 'nonsense');
    expect(lockElsewhere(folder.path)).toContain('is in use by another process: stop that server');
  });
});
