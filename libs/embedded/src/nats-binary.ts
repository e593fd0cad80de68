import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Log } from './server-process.ts';

const run = promisify(execFile);

export type NatsBinaryOptions = Readonly<{ serverBin: string | undefined; toolsDir: string; log: Log }>;

/** nats-server as given, on the PATH, or fetched from Debian's or Ubuntu's packages without being root. */
export const natsBinary = async ({ serverBin, toolsDir, log }: NatsBinaryOptions): Promise<string> => {
  if (serverBin) {
    if (await runs(serverBin)) return serverBin;
    throw new Error(`NATS_SERVER_BIN is ${serverBin}, and that does not run. Correct it, or leave it out.`);
  }
  if (await runs('nats-server')) return 'nats-server';
  const fetched = join(toolsDir, 'nats-server', 'usr', 'sbin', 'nats-server');
  if (await runs(fetched)) return fetched;
  await fetchPatiently(toolsDir, log).catch((cause: unknown) => {
    throw new Error(`${howToGet}\n${reasonOf(cause)}`, { cause });
  });
  if (!(await runs(fetched))) throw new Error(howToGet);
  return fetched;
};

const howToGet =
  'There is no nats-server here, and it could not be fetched with apt-get. Install it (Debian, Ubuntu: ' +
  'apt-get install nats-server; macOS: brew install nats-server; else https://github.com/nats-io/nats-server/releases), ' +
  'or set NATS_SERVER_BIN to where it is, or NATS_URL to a server with JetStream that runs already.';

const runs = (command: string) =>
  run(command, ['--version']).then(
    () => true,
    () => false,
  );

/** Mirrors have moments, and apt may wait for somebody else's. */
const pausesMs = [2_000, 10_000];

const fetchPatiently = async (
  toolsDir: string,
  log: Log,
  [pauseMs, ...left]: readonly number[] = pausesMs,
): Promise<void> => {
  try {
    await fetchPackage(toolsDir, log);
  } catch (error) {
    if (pauseMs === undefined || !(await runs('apt-get'))) throw error;
    log(`nats-server could not be fetched, once more in ${pauseMs / 1000} s: ${reasonOf(error)}`);
    await delay(pauseMs);
    await fetchPatiently(toolsDir, log, left);
  }
};

/** What a program that failed has said. */
const reasonOf = (error: unknown): string => {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return said || String(error);
};

const fetchPackage = async (toolsDir: string, log: Log): Promise<void> => {
  log("nats-server is not installed; fetching the distribution's package");
  await mkdir(toolsDir, { recursive: true });
  const folder = await mkdtemp(join(toolsDir, 'nats-server-'));
  try {
    await download(folder);
    const archive = (await readdir(folder)).find((file) => file.endsWith('.deb'));
    if (!archive) throw new Error('apt-get download brought no package');
    await run('dpkg-deb', ['-x', join(folder, archive), join(folder, 'unpacked')]);
    await place(join(folder, 'unpacked'), join(toolsDir, 'nats-server'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** With the machine's package lists, or, where it has none (a container image, often), with lists of our own. */
const download = async (folder: string): Promise<void> => {
  // As root, apt would become another user, who cannot write to the folder.
  const asSelf = ['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=3'];
  const get = (options: readonly string[]) =>
    run('apt-get', [...asSelf, ...options, 'download', 'nats-server'], { cwd: folder });
  try {
    await get([]);
  } catch {
    const lists = await ownLists(folder);
    await run('apt-get', [...asSelf, ...lists, 'update']);
    await get(lists);
  }
};

const ownLists = async (folder: string): Promise<readonly string[]> => {
  const state = join(folder, 'lists');
  const cache = join(folder, 'cache');
  await mkdir(join(state, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State::lists=${state}`, '-o', `Dir::Cache=${cache}`];
};

/** Two starts may have fetched at the same time: the first one stays. */
const place = async (unpacked: string, target: string): Promise<void> => {
  await rename(unpacked, target).catch(async (error: unknown) => {
    await access(target).catch(() => {
      throw error;
    });
  });
};
