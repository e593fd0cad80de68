import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** So many followers of the whole log, in one process of their own; each is live when this resolves. */
export const startSubscribers = async (port: number, count: number): Promise<AsyncDisposable> => {
  const script = fileURLToPath(new URL('./subscribers.ts', import.meta.url));
  const child = fork(script, [String(port), String(count)]);
  await once(child, 'message');
  return {
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
};
