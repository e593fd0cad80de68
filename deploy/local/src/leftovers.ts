import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning } from './running.ts';
import type { StackFile } from './stack-file.ts';

/** A service has ten seconds to stop after its launcher was killed. */
const patienceMs = 15_000;

/**
 * Waits for the processes of a launcher that was killed, which end by themselves, so that no two work on the
 * same data.
 * @throws Error that names those which do not end
 */
export const awaitLeftovers = async (file: StackFile, say: (line: string) => void): Promise<void> => {
  const processes = Object.entries(file.read()?.processes ?? {});
  if (processes.length === 0) return;
  const sinceMs = statSync(file.path).mtimeMs;
  const left = () => processes.filter(([, pid]) => isRunning(pid, sinceMs));

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
