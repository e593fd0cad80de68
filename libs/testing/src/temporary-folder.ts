import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TemporaryFolder = AsyncDisposable & Readonly<{ path: string }>;

/** What a process that is about to end still writes there takes a while on a busy machine: up to 5 s. */
const remove = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 10 });

/** A new folder of one's own, removed with all that is in it on disposal. */
export const temporaryFolder = async (): Promise<TemporaryFolder> => {
  const path = await mkdtemp(join(tmpdir(), `karrio-test-${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => remove(path) };
};

/** Removes what tests left behind that were interrupted: the folders of processes that are gone. */
export const removeAbandonedFolders = async (): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    const pid = /^karrio-test-(\d+)-/.exec(name)?.[1];
    // Somebody else's stays where it is.
    if (pid !== undefined && !isAlive(Number(pid))) await remove(join(tmpdir(), name)).catch(() => undefined);
  }
};

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
