import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const BackupNote = z.object({
  /** Names the log, for ever. */
  log: z.string(),
  /** Until the end of a backup its folder may hold segments of different moments. */
  isComplete: z.boolean(),
  at: z.iso.datetime(),
});
export type BackupNote = Readonly<z.infer<typeof BackupNote>>;

const fileName = 'backup.json';

/** undefined where the folder is no backup. @throws Error where that cannot be told */
export const readBackupNote = (folder: string): BackupNote | undefined => {
  const file = path.join(folder, fileName);
  try {
    return BackupNote.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: take the backup again, into an empty folder`, { cause: error });
  }
};

export const writeBackupNote = (folder: string, note: BackupNote) => {
  const file = path.join(folder, fileName);
  writeFileSync(`${file}.tmp`, JSON.stringify(note), { flush: true });
  renameSync(`${file}.tmp`, file);
};

/** @throws Error for a folder that a backup was not finished in */
export const assertNoUnfinishedBackup = (folder: string) => {
  if (readBackupNote(folder)?.isComplete === false)
    throw new Error(
      `the backup in ${folder} was not finished: take it again before you start a server on it`,
    );
};
