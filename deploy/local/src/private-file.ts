import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** All or nothing, and for the owner's eyes only. */
export const writePrivateFile = (path: string, text: string): void => {
  const next = `${path}.${process.pid}.next`;
  writeFileSync(next, text, { mode: 0o600 });
  renameSync(next, path);
};

/** What the file holds; made at first, the same ever after. */
export const keepPrivateFile = (path: string, make: () => string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const text = make();
    writePrivateFile(path, `${text}\n`);
    return text;
  }
};
