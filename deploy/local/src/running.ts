import { readFileSync } from 'node:fs';

/** Clocks and file times differ by a tick or two. */
const toleranceMs = 2_000;

/**
 * Whether the process that had this id at `sinceMs` still runs. After a crash or a reboot the id may belong to
 * another one; on Linux, where the time of its start can be read, that one does not count.
 */
export const isRunning = (pid: number, sinceMs: number): boolean => {
  if (!(pid > 0) || !exists(pid)) return false;
  const known = knownOf(pid);
  if (!known) return true;
  // Z and X: it has ended, and its parent has not asked how.
  return !'ZX'.includes(known.state) && known.startedMs <= sinceMs + toleranceMs;
};

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

type Known = Readonly<{ state: string; startedMs: number }>;

/** /proc counts in hundredths of a second since boot, on every platform that Node runs on. */
const knownOf = (pid: number): Known | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may hold spaces; the start is the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const bootedAt = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const startedMs = bootedAt * 1_000 + Number(fields[19]) * 10;
    return Number.isFinite(startedMs) ? { state: fields[0] ?? '', startedMs } : undefined;
  } catch {
    return undefined;
  }
};
