import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it started, as /proc has them; the process itself first. */
export const familyOf = (pid: number): readonly number[] => {
  const children = Map.groupBy(allProcesses(), ({ parent }) => parent);
  const family = (id: number): readonly number[] => [
    id,
    ...(children.get(id) ?? []).flatMap((child) => family(child.pid)),
  ];
  return family(pid);
};

const allProcesses = () =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => {
      const parent = parentOf(pid);
      return parent === undefined ? [] : [{ pid, parent }];
    });

/** `pid (name) state ppid …`; a name may have spaces and parentheses. */
const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};

/** A process may be gone by the time of its signal. */
export const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      continue;
    }
  }
};
