import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder in memory, where the system has a place for that: for what is opened and synced thousands of times. */
export const memoryFolder = (): Disposable & Readonly<{ path: string }> => {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(path.join(parent, 'karrio-log-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { path: folder, [Symbol.dispose]: remove };
};
