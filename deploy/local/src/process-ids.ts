import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivateFile } from './private-file.ts';
import type { Stack, StackFile } from './stack-file.ts';
import type { PartNews } from './supervisor.ts';

const Ids = z.record(z.string(), z.number().int());
const pathIn = (dataDir: string) => join(dataDir, 'processes.json');

/**
 * Which process runs which part now: in processes.json from the first moment, for a launcher that comes after
 * this one was killed, and in the stack file once that is published.
 */
export const processIds = (dataDir: string, file: StackFile) => {
  const pids = new Map<string, number>();
  let published: Omit<Stack, 'processes'> | undefined;

  const write = () => {
    const processes = Object.fromEntries(pids);
    writePrivateFile(pathIn(dataDir), `${JSON.stringify(processes)}\n`);
    if (published) file.write({ ...published, processes });
  };
  return {
    note: (part: string, news: PartNews) => {
      if (news.state === 'starting' || news.state === 'ready') pids.set(part, news.pid);
      else pids.delete(part);
      write();
    },
    publish: (stack: Omit<Stack, 'processes'>) => {
      published = stack;
      write();
    },
    /** Nobody is to use what is about to stop. */
    withdraw: () => {
      published = undefined;
      file.remove();
    },
    /** For when all have ended. */
    forget: () => rmSync(pathIn(dataDir), { force: true }),
  };
};

export type NotedIds = Readonly<{ processes: Readonly<Record<string, number>>; sinceMs: number }>;

/** What an earlier launcher that was killed had noted. */
export const readProcessIds = (dataDir: string): NotedIds => {
  const path = pathIn(dataDir);
  try {
    return { processes: Ids.parse(JSON.parse(readFileSync(path, 'utf8'))), sinceMs: statSync(path).mtimeMs };
  } catch {
    return { processes: {}, sinceMs: 0 };
  }
};
