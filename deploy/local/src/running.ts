import { readFileSync } from 'node:fs';

/** Clocks and file times differ by a tick or two. */
const toleranceMs = 2_000;

/**
 * Whether the process that had this id at `sinceMs` still runs. After a crash or a reboot the id may belong to
 * another one; on Linux, where the time of its start can be read, that one does not count.
 */
export const isRunning = (pid: number, sinceMs: number): boolean => {
  if (!(pid > 0) || !exists(pid)) return false;
  const startedMs = startOf(pid);
  return startedMs === undefined || startedMs <= sinceMs + toleranceMs;
};

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** /proc counts in hundredths of a second since boot, on every platform that Node runs on. */
const startOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may hold spaces; the start is the 22nd.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const bootedAt = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const startedMs = bootedAt * 1_000 + ticks * 10;
    return Number.isFinite(startedMs) ? startedMs : undefined;
  } catch {
    return undefined;
  }
};
