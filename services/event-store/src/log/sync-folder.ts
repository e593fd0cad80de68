import { closeSync, fsyncSync, openSync } from 'node:fs';
import path from 'node:path';

/** A file that was created or renamed has its name for good only after this. */
export const syncFolder = (folder: string) => {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** A folder has its own name for good only after this; any of those above it may be as new. */
export const syncFoldersAbove = (folder: string) => {
  const above = path.dirname(path.resolve(folder));
  if (above === path.resolve(folder)) return;
  trySync(above);
  syncFoldersAbove(above);
};

/** What this user may not read was not made by it. */
const trySync = (folder: string) => {
  try {
    syncFolder(folder);
  } catch (error) {
    const isForbidden = error instanceof Error && 'code' in error && error.code === 'EACCES';
    if (!isForbidden) throw error;
  }
};
