import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';

/** Makes a folder, unless it is there; durable when it returns, with every folder above it that was missing. */
export const makeFolder = (folder: string) => {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  const highest = path.dirname(path.resolve(first));
  for (let made = path.resolve(folder); made !== highest; made = path.dirname(made)) {
    syncFolder(path.dirname(made));
  }
};

/** A file that was created or renamed has its name for good only after this. */
export const syncFolder = (folder: string) => {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
