import { setTimeout as delay } from 'node:timers/promises';
import type { Exit, ServerProcess } from './server-process.ts';

/**
 * Asks `probe` until it says yes.
 * @throws when the process ends first, or after `deadlineMs`, with what the process last said
 */
export const untilReady = async (
  server: ServerProcess,
  probe: () => Promise<boolean>,
  deadlineMs: number,
): Promise<void> => {
  let exit: Exit | undefined;
  void server.exited.then((ended) => (exit = ended));
  const deadline = Date.now() + deadlineMs;
  while (!(await probe())) {
    if (exit)
      throw new Error(`${server.name} ended (${describe(exit)}) before it was ready:\n${server.lastLines()}`);
    if (Date.now() > deadline) {
      await server.kill();
      throw new Error(`${server.name} was not ready after ${deadlineMs / 1000} s:\n${server.lastLines()}`);
    }
    await delay(20);
  }
};

const describe = ({ code, signal }: Exit) => (signal === null ? `exit code ${code}` : signal);
