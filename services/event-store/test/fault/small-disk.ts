import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';

/** A file system in memory, which only what runs within it can see. */
export type SmallDisk = AsyncDisposable &
  Readonly<{
    /** What to put before a command, to run it within. */
    within: readonly string[];
    run: (script: string) => void;
  }>;

const namespaces = ['--user', '--map-root-user', '--mount'];

/** Whether this system lets a user mount: containers often do not. */
export const canMount =
  spawnSync('unshare', [...namespaces, 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

export const mountSmallDisk = async (folder: string, mebibytes: number): Promise<SmallDisk> => {
  mkdirSync(folder, { recursive: true });
  const mount = `mount -t tmpfs -o size=${String(mebibytes)}m none '${folder}' && echo mounted && exec cat`;
  const keeper = spawn('unshare', [...namespaces, 'sh', '-c', mount], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(keeper.stdout, 'data');
  const within = ['nsenter', `--target=${String(keeper.pid)}`, '--user', '--mount', '--preserve-credentials'];

  const run = (script: string) => {
    const { status, stderr } = spawnSync('env', [...within, 'sh', '-c', script], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${script}: ${stderr}`);
  };

  const unmount = async () => {
    const exited = once(keeper, 'close');
    keeper.stdin.end();
    await exited;
  };

  return { within, run, [Symbol.asyncDispose]: unmount };
};
