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
      clearAway(path, holder);
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

/** `file` is the number that the file system gave the lock file. */
type Holder = Readonly<{ pid: number; sinceMs: number; file: number }>;

/** Undefined when the lock was released meanwhile. */
const holderOf = (path: string): Holder | undefined => {
  try {
    const { mtimeMs: sinceMs, ino: file } = statSync(path);
    return { pid: Number.parseInt(readFileSync(path, 'utf8'), 10), sinceMs, file };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** What is moved away may be the lock of another launcher that took over first; that one is put back. */
const clearAway = (path: string, stale: Holder): void => {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (holderOf(aside)?.file !== stale.file) link(aside, path);
  rmSync(aside, { force: true });
};

const release = (path: string, pid: number) => {
  if (holderOf(path)?.pid === pid) rmSync(path, { force: true });
};

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);
