import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

const Holder = z.object({ pid: z.number().int(), host: z.string(), since: z.string() });

/**
 * Keeps a second server off the folder. Node has no flock, but SQLite has: the lock of its file is the kernel's, so
 * it is gone with the process that held it, whatever ended that, and holds between containers, where one server's
 * process id says nothing to another.
 * @throws FolderInUse
 */
export const lockFolder = (folder: string): Disposable => {
  mkdirSync(folder, { recursive: true });
  const lock = takeLock(folder);
  const note = path.join(folder, 'lock');
  leaveNote(note);
  return {
    [Symbol.dispose]: () => {
      rmSync(note, { force: true });
      lock.close();
    },
  };
};

const takeLock = (folder: string) => {
  const file = path.join(folder, 'lock.sqlite');
  try {
    const lock = new DatabaseSync(file);
    // The file stays empty and has no journal, so that the lock can be had on a full disk too.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    if (isBusy(error)) throw new FolderInUse(inUse(folder));
    throw new Error(`${file} can not be locked: the server has to be able to write to its folder`, {
      cause: error,
    });
  }
};

const sqliteBusy = 5;

const isBusy = (error: unknown) =>
  error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;

const inUse = (folder: string) =>
  `${folder} is in use by ${holderOf(path.join(folder, 'lock'))}: stop that server, or give this one another EVENTSTORE_DATA`;

/** For the message of another server alone: nothing depends on what it says. */
const leaveNote = (note: string) => {
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    writeFileSync(note, JSON.stringify(holder));
  } catch {
    // A full disk keeps nobody from reading what is there.
    rmSync(note, { force: true });
  }
};

const holderOf = (note: string) => {
  try {
    const { pid, host, since } = Holder.parse(JSON.parse(readFileSync(note, 'utf8')));
    return `process ${String(pid)} on ${host} since ${since}`;
  } catch {
    return 'another process';
  }
};
