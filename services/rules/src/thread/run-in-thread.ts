import { Worker } from 'node:worker_threads';
import type { FromThread, Progress, Task } from './task.ts';

type Outcome = Exclude<FromThread, { progress: Progress }>;

/** As many tasks at once as there are places; the others wait for theirs. */
export const createThreads = (threadsMax: number) => {
  const waiting: (() => void)[] = [];
  const running = new Set<Worker>();
  let free = threadsMax;

  const place = async (): Promise<Disposable> => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return {
      [Symbol.dispose]: () => {
        const next = waiting.shift();
        if (next) next();
        else free++;
      },
    };
  };

  return {
    /** @throws Error when the thread fails or ends without an outcome */
    run: async (task: Task, onProgress: (progress: Progress) => void = () => {}): Promise<Outcome> => {
      using _ = await place();
      const worker = new Worker(new URL('./main.ts', import.meta.url), { workerData: task });
      running.add(worker);
      try {
        return await outcomeOf(worker, onProgress);
      } finally {
        running.delete(worker);
        await worker.terminate();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running].map((worker) => worker.terminate()));
    },
  };
};
export type Threads = ReturnType<typeof createThreads>;

const outcomeOf = (worker: Worker, onProgress: (progress: Progress) => void): Promise<Outcome> => {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  worker.on('message', (message: FromThread) => {
    if ('progress' in message) onProgress(message.progress);
    else if ('failed' in message) reject(new Error(message.failed));
    else resolve(message);
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('the thread ended before its task')));
  return promise;
};
