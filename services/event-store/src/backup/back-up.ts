import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { lockFolder } from '../log/folder-lock.ts';
import { listSegments } from '../log/segment-file.ts';
import { verifyFolder, type Verified, type VerifyOptions } from '../verify/verify-folder.ts';
import { readBackupNote, writeBackupNote } from './backup-note.ts';
import { copyLog, type CopyProgress } from './copy-log.ts';
import { logIdOf } from './log-id.ts';

export type BackupOptions = Readonly<{ onCopied: (progress: CopyProgress) => void; verify: VerifyOptions }>;

export type BackedUp = Readonly<{ copied: CopyProgress; verified: Verified }>;

/**
 * A copy of a log, of a server that runs or one that is stopped: everything that was acknowledged before it began. A
 * server can be started on it. In the folder of an earlier backup of the same log only what is new is copied.
 * @throws Error where one of the folders cannot be what it is named for
 */
export const backUp = (from: string, to: string, { onCopied, verify }: BackupOptions): BackedUp => {
  const log = logIdOf(from);
  assertTarget(from, to, log);
  // Others may be allowed less than who runs the server.
  mkdirSync(to, { recursive: true, mode: 0o700 });
  using _lock = lockFolder(to);
  writeBackupNote(to, { log, isComplete: false, at: new Date().toISOString() });
  const copied = copyLog(from, to, onCopied);
  const verified = verifyFolder(to, verify);
  if (verified.findings === 0) writeBackupNote(to, { log, isComplete: true, at: new Date().toISOString() });
  return { copied, verified };
};

const assertTarget = (from: string, to: string, log: string) => {
  if (!existsSync(to) || readdirSync(to).length === 0) return;
  const note = readBackupNote(to);
  if (!note) throw new Error(`${to} is not empty and holds no backup: name an empty folder`);
  if (note.log !== log) throw new Error(`${to} holds a backup of another log: name an empty folder`);
  // The mark of a server is there once it has written.
  if (existsSync(path.join(to, 'durable')))
    throw new Error(`a server was started on ${to}: name an empty folder, and leave that one to the server`);
  const last = listSegments(from).at(-1)?.base ?? 0;
  if (listSegments(to).some(({ base }) => base > last))
    throw new Error(`${to} holds events that ${from} has no more: keep it, and name an empty folder`);
};
