import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CanaryFlock, Sighting } from './canary-flock.ts';

export type Searched = Readonly<{ sightings: readonly Sighting[]; bytes: number }>;

/** Every file below a folder, byte by byte; one that goes away meanwhile is passed over. */
export const searchFolder = async (folder: string, flock: Pick<CanaryFlock, 'seenIn'>): Promise<Searched> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sightings: Sighting[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path).catch(noneIfGone);
    bytes += content.length;
    sightings.push(...flock.seenIn(path, content));
  }
  return { sightings, bytes };
};

const noneIfGone = (error: unknown): Buffer => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
  throw error;
};
