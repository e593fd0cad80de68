import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../src/lock.ts';

const gonePid = (): number => spawnSync(process.execPath, ['--version']).pid;

/** Another process that lives; a test's own id would not do, since that is who takes the lock. */
const otherPid = process.ppid;

describe('the lock of a data directory', () => {
  it('is refused while its holder runs, with the id of the holder', async () => {
    await using folder = await temporaryFolder();
    writeFileSync(join(folder.path, 'launcher.pid'), `${otherPid}\n`);

    expect(takeLock(folder.path)).toEqual({ heldBy: otherPid });
    expect(readFileSync(join(folder.path, 'launcher.pid'), 'utf8')).toBe(`${otherPid}\n`);
  });

  it('is free again once its holder has let go', async () => {
    await using folder = await temporaryFolder();
    const first = takeLock(folder.path);
    if ('heldBy' in first) throw new Error('the lock was taken');
    first.lock[Symbol.dispose]();

    expect(readdirSync(folder.path)).toEqual([]);
    expect(takeLock(folder.path)).toHaveProperty('lock');
  });

  it('is taken over from a process that was killed', async () => {
    await using folder = await temporaryFolder();
    writeFileSync(join(folder.path, 'launcher.pid'), `${gonePid()}\n`);

    expect(takeLock(folder.path)).toHaveProperty('lock');
    expect(readdirSync(folder.path)).toEqual(['launcher.pid']);
    expect(readFileSync(join(folder.path, 'launcher.pid'), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('is taken over when its holder had the same id, as in a container that starts again', async () => {
    await using folder = await temporaryFolder();
    writeFileSync(join(folder.path, 'launcher.pid'), `${process.pid}\n`);

    expect(takeLock(folder.path)).toHaveProperty('lock');
  });

  it('is taken over when it holds nothing that can be read', async () => {
    await using folder = await temporaryFolder();
    writeFileSync(join(folder.path, 'launcher.pid'), '');

    expect(takeLock(folder.path)).toHaveProperty('lock');
  });

  it('of another directory is another lock', async () => {
    await using one = await temporaryFolder();
    await using two = await temporaryFolder();
    writeFileSync(join(one.path, 'launcher.pid'), `${otherPid}\n`);

    expect(takeLock(two.path)).toHaveProperty('lock');
  });
});
