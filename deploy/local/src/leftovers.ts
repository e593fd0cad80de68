import { setTimeout as delay } from 'node:timers/promises';
import { readProcessIds } from './process-ids.ts';
import { isRunning } from './running.ts';

/**
 * Waits for the processes of a launcher that was killed, so that no two work on the same data. They end by
 * themselves, within the ten seconds that a guard gives them, or more where the machine is busy.
 * @throws Error that names those which do not end
 */
export const awaitLeftovers = async (
  dataDir: string,
  say: (line: string) => void,
  patienceMs = 30_000,
): Promise<void> => {
  const { processes, sinceMs } = readProcessIds(dataDir);
  const left = () => Object.entries(processes).filter(([, pid]) => isRunning(pid, sinceMs));

  const deadline = Date.now() + patienceMs;
  if (left().length > 0) say('waiting for the processes of the last start to end');
  while (left().length > 0) {
    if (Date.now() > deadline) {
      const names = left().map(([name, pid]) => `${name} (${pid})`);
      throw new Error(
        `Processes of the last start still run: ${names.join(', ')}. End them, and start again.`,
      );
    }
    await delay(50);
  }
};
