import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from './running.ts';

export type Lock = Disposable;
export type LockResult = Readonly<{ lock: Lock }> | Readonly<{ heldBy: number }>;

/**
 * One launcher per data directory. The lock of a process that is gone is taken over; a link either makes the
 * lock with its content or fails, so that of two launchers one wins.
 */
export const takeLock = (dataDir: string, pid: number = process.pid): LockResult => {
  const path = join(dataDir, 'launcher.pid');
  const own = `${path}.${pid}`;
  writeFileSync(own, `${pid}\n`, { mode: 0o600 });
  try {
    for (;;) {
      if (link(own, path)) return { lock: { [Symbol.dispose]: () => release(path, pid) } };
      const holder = holderOf(path);
      if (holder === undefined) continue;
      if (holder.pid !== pid && isRunning(holder.pid, holder.sinceMs)) return { heldBy: holder.pid };
      if (!clearAway(path, holder.pid)) return { heldBy: holderOf(path)?.pid ?? holder.pid };
    }
  } finally {
    rmSync(own, { force: true });
  }
};

/** False when the lock is held. */
const link = (own: string, path: string): boolean => {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** Undefined when the lock was released meanwhile. */
const holderOf = (path: string) => {
  try {
    return { pid: Number.parseInt(readFileSync(path, 'utf8'), 10), sinceMs: statSync(path).mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** False when another launcher took the lock over first: what was moved away is its own, and is put back. */
const clearAway = (path: string, pid: number): boolean => {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  const isStale = holderOf(aside)?.pid === pid;
  if (!isStale) link(aside, path);
  rmSync(aside, { force: true });
  return isStale;
};

const release = (path: string, pid: number) => {
  if (holderOf(path)?.pid === pid) rmSync(path, { force: true });
};

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);
