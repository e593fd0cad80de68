import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandLine, type Unprivileged } from './unprivileged.ts';

const run = promisify(execFile);

export const postgresUser = 'karrio';

export type Cluster = Readonly<{ cluster: string; password: string }>;

/** Makes `dataDir/cluster` and `dataDir/password` where they are not there yet; takes 1 s the first time. */
export const initialiseCluster = async (
  initdb: string,
  as: Unprivileged,
  dataDir: string,
): Promise<Cluster> => {
  const cluster = join(dataDir, 'cluster');
  const passwordFile = join(dataDir, 'password');
  if (!(await exists(cluster))) {
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    // Made aside, so that an interrupted beginning is not taken for a cluster.
    const unfinished = join(dataDir, 'cluster.unfinished');
    await rm(unfinished, { recursive: true, force: true });
    await ensureOwner(dataDir, as.owner);
    await runInitdb(commandLine(as, initdb, ['-D', unfinished, ...initdbOptions(passwordFile)]));
    await rename(unfinished, cluster);
  }
  await ensureOwner(dataDir, as.owner);
  return { cluster, password: await readFile(passwordFile, 'utf8') };
};

const initdbOptions = (passwordFile: string) => [
  `--username=${postgresUser}`,
  `--pwfile=${passwordFile}`,
  '--auth-host=scram-sha-256',
  '--auth-local=reject',
  '--encoding=UTF8',
  // Byte order: the same on every machine, and the fastest to compare.
  '--locale=C',
];

const runInitdb = async ({ command, args }: ReturnType<typeof commandLine>) => {
  try {
    await run(command, args);
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Error(`PostgreSQL's data folder could not be made: ${said}`, { cause });
  }
};

/** PostgreSQL wants to own its folder, and root may have come by another way the last time. */
const ensureOwner = async (folder: string, owner: number | undefined) => {
  if (owner === undefined || (await stat(folder)).uid === owner) return;
  await run('chown', ['-R', `${owner}:${owner}`, folder]);
};

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
