import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

const Owner = z.object({ pid: z.number().int(), started: z.string() });
type Owner = z.infer<typeof Owner>;

/**
 * Keeps a second server off the folder. The lock of a process that is gone does not count; a process is known by
 * its id and the moment it started, since ids are used again, in containers above all.
 * @throws FolderInUse
 */
export const lockFolder = (folder: string): Disposable => {
  mkdirSync(folder, { recursive: true });
  const lock = path.join(folder, 'lock');
  const mine: Owner = { pid: process.pid, started: startedAt(process.pid) ?? String(performance.timeOrigin) };
  const draft = path.join(folder, `lock.${String(process.pid)}`);
  writeFileSync(draft, JSON.stringify(mine));
  try {
    takeLock(lock, draft, mine);
  } finally {
    unlinkSync(draft);
  }
  return {
    [Symbol.dispose]: () => {
      unlinkSync(lock);
    },
  };
};

const takeLock = (lock: string, draft: string, mine: Owner) => {
  for (let attempt = 0; attempt < 3; attempt++) {
    // A link appears whole or not at all, unlike a file that is created and then written.
    if (tryLink(draft, lock)) return;
    const owner = readOwner(lock);
    if (owner && isRunning(owner, mine)) {
      throw new FolderInUse(
        `${path.dirname(lock)} is in use by process ${String(owner.pid)}: stop that server, or give this one another EVENTSTORE_DATA`,
      );
    }
    removeStale(lock, owner);
  }
  throw new FolderInUse(`${path.dirname(lock)} is being taken by another server: start this one again`);
};

const tryLink = (from: string, to: string) => {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
};

const readOwner = (lock: string): Owner | undefined => {
  try {
    return Owner.safeParse(JSON.parse(readFileSync(lock, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
};

const isRunning = (owner: Owner, mine: Owner) => {
  if (owner.pid === mine.pid) return owner.started === mine.started;
  const started = startedAt(owner.pid);
  if (started !== undefined) return started === owner.started;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    // Another user's process is a running process.
    return isCode(error, 'EPERM');
  }
};

/** Two servers may find the same stale lock: the slower one must not remove what the faster one put there. */
const removeStale = (lock: string, owner: Owner | undefined) => {
  const aside = `${lock}.stale.${String(process.pid)}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = readOwner(aside);
  if (moved?.pid !== owner?.pid || moved?.started !== owner?.started) tryLink(aside, lock);
  unlinkSync(aside);
};

/** Clock ticks between boot and the start of the process, where the system tells. */
const startedAt = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The second field is the command in brackets, and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
};

const isCode = (error: unknown, code: string) =>
  error instanceof Error && 'code' in error && error.code === code;
