import { execFile } from 'node:child_process';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { natsBinary } from '@karrio/embedded';

const run = promisify(execFile);
const toolsDir = resolve(import.meta.dirname, '../../../../.data/tools');

/** Enough for the announcements of some thousand runs. */
const megabytes = 64;

export type SmallDisk = Readonly<{
  /** What the launcher takes as NATS_SERVER_BIN. */
  serverBin: string;
  /** Leaves no byte free on the disk of the server with this process id. */
  fill: (pid: number) => Promise<void>;
  free: (pid: number) => Promise<void>;
}>;

/**
 * A nats-server whose data are on a small disk of its own: a tmpfs in a mount namespace, for which a user namespace
 * makes root unnecessary. The disk is gone with the process, so a kill takes all data of NATS along. Undefined
 * where the kernel or the machine do not allow it.
 */
export const smallDisk = async (
  dataDir: string,
  given: string | undefined,
): Promise<SmallDisk | undefined> => {
  const isAllowed = await runs('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', dataDir]);
  if (!isAllowed) return undefined;
  const real = await natsBinary({ serverBin: given, toolsDir, log: () => undefined });
  const folder = join(dataDir, 'nats');
  const serverBin = join(dataDir, 'nats-on-small-disk');
  await writeFile(
    serverBin,
    `#!/bin/sh
[ "$1" = --version ] && exec '${real}' --version
exec unshare -Urm sh -c "mount -t tmpfs -o size=${megabytes}m tmpfs '${folder}' && exec '${real}' \\"\\$@\\"" nats "$@"
`,
  );
  await chmod(serverBin, 0o755);
  const filler = (pid: number) => `/proc/${pid}/root${join(folder, 'filler')}`;
  return {
    serverBin,
    fill: (pid) => fillUp(filler(pid)),
    free: (pid) => rm(filler(pid), { force: true }),
  };
};

const chunk = Buffer.alloc(64 * 1_024);

const fillUp = async (path: string): Promise<void> => {
  await using file = await open(path, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND);
  for (const bytes of [chunk, chunk.subarray(0, 4_096)]) {
    for (let isFull = false; !isFull;) {
      isFull = await file.write(bytes).then(
        ({ bytesWritten }) => bytesWritten < bytes.length,
        (error: unknown) => isNoSpace(error),
      );
    }
  }
};

const isNoSpace = (error: unknown): true => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return true;
  throw error;
};

const runs = (command: string, args: readonly string[]) =>
  run(command, [...args]).then(
    () => true,
    () => false,
  );
