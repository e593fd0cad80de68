import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@karrio/embedded';

/** Two files of this size per part are kept. */
const bytesMax = 16 * 1024 * 1024;

export type Logs = Disposable & Readonly<{ path: (part: string) => string; of: (part: string) => Log }>;

/** A file per part, continued from start to start; a large one is set aside as `.log.1`. */
export const openLogs = (dataDir: string): Logs => {
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new Map<string, WriteStream>();
  const path = (part: string) => join(folder, `${part}.log`);

  const open = (part: string) => {
    if (sizeOf(path(part)) > bytesMax) renameSync(path(part), `${path(part)}.1`);
    const file = createWriteStream(path(part), { flags: 'a', mode: 0o600 });
    files.set(part, file);
    return file;
  };

  return {
    path,
    of: (part) => {
      const file = files.get(part) ?? open(part);
      return (line) => file.write(`${line}\n`);
    },
    [Symbol.dispose]: () => {
      for (const file of files.values()) file.end();
    },
  };
};

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
