import { readdirSync, readFileSync } from 'node:fs';

/** CPU in milliseconds and resident memory in MiB, of a process with its children, grandchildren and so on. */
export type Usage = Readonly<{ cpuMs: number; rssMb: number }>;

/** Linux counts CPU time in hundredths of a second for user space (proc(5), sysconf(_SC_CLK_TCK)). */
const tickMs = 10;
const pageBytes = 4_096;

/** Of each named process tree; a process that is named itself does not count for its parent. */
export const readUsage = (processes: Readonly<Record<string, number>>): ReadonlyMap<string, Usage> => {
  const all = readProcesses();
  const roots = new Set(Object.values(processes));
  const sum = (pid: number): Usage => {
    const own = all.get(pid);
    let cpuMs = own?.cpuMs ?? 0;
    let rssMb = own?.rssMb ?? 0;
    for (const [child, { parent }] of all) {
      if (parent !== pid || roots.has(child)) continue;
      const usage = sum(child);
      cpuMs += usage.cpuMs;
      rssMb += usage.rssMb;
    }
    return { cpuMs, rssMb };
  };
  return new Map(Object.entries(processes).map(([name, pid]) => [name, sum(pid)]));
};

const readProcesses = () => {
  const all = new Map<number, Usage & { parent: number }>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) ? readStat(pid) : undefined;
    if (stat) all.set(pid, stat);
  }
  return all;
};

const readStat = (pid: number): (Usage & { parent: number }) | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (number: number) => Number(fields[number - 3]);
    // 14 to 17: user and system time of itself and of its children that ended.
    const cpuMs = (field(14) + field(15) + field(16) + field(17)) * tickMs;
    return { parent: field(4), cpuMs, rssMb: (field(24) * pageBytes) / 2 ** 20 };
  } catch {
    // It ended while we looked.
    return undefined;
  }
};
