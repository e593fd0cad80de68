import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A guard gives a server ten seconds to end after its launcher was killed, by a clock that a busy machine slows. */
const patienceMs = 30_000;

/**
 * Waits until the process named in `pidFile` is gone, since a launcher that was killed leaves its servers a
 * moment to end. A file that names a process which does not work on `folder` is from before a reboot, say,
 * and is removed: servers would take that process for their own and refuse to start.
 *
 * @throws when it works on `folder` still
 */
export const untilPredecessorIsGone = async (pidFile: string, folder: string): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const pid = await pidIn(pidFile);
    if (pid === undefined || !isAlive(pid)) return;
    if (!(await commandLine(pid)).includes(folder)) return rm(pidFile, { force: true });
    if (Date.now() > deadline) {
      throw new Error(`Process ${pid} works on ${folder} already. Stop it, or choose another data folder.`);
    }
    await delay(50);
  }
};

const pidIn = async (pidFile: string): Promise<number | undefined> => {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
};

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const commandLine = async (pid: number): Promise<string> => {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
    () => ({
      stdout: '',
    }),
  );
  return stdout;
};
