import { Worker } from 'node:worker_threads';
import { createPlaces } from './places.ts';
import type { FromThread, Progress, SoFar, Task } from './task.ts';

type Outcome = Exclude<FromThread, { progress: Progress }>;
type OnProgress = (progress: Progress, soFar?: SoFar) => void;

/** The service stops; what was under way is somebody else's. */
export class ThreadsClosed extends Error {
  override readonly name = 'ThreadsClosed';
}

/**
 * As many tasks at once as there are threads; the others wait for theirs. Where there are several, backtests leave
 * one to explanations, which somebody waits for.
 */
export const createThreads = (threadsMax: number) => {
  const closing = new AbortController();
  const places = createPlaces(threadsMax);
  const backtests = createPlaces(Math.max(1, threadsMax - 1));

  return {
    /** @throws ThreadsClosed; the signal's reason once it aborts; Error when the thread fails or has no outcome */
    run: async (task: Task, onProgress: OnProgress = () => {}, given?: AbortSignal): Promise<Outcome> => {
      const signal = given ? AbortSignal.any([given, closing.signal]) : closing.signal;
      using _turn = task.kind === 'backtest' ? await backtests.take(signal) : undefined;
      using _place = await places.take(signal);
      const worker = new Worker(new URL('./main.ts', import.meta.url), { workerData: task });
      try {
        return await outcomeOf(worker, onProgress, signal);
      } finally {
        await worker.terminate();
      }
    },
    [Symbol.dispose]: () => closing.abort(new ThreadsClosed('the service stops')),
  };
};
export type Threads = ReturnType<typeof createThreads>;

const outcomeOf = (worker: Worker, onProgress: OnProgress, signal: AbortSignal): Promise<Outcome> => {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  worker.on('message', (message: FromThread) => {
    if ('progress' in message) onProgress(message.progress, message.soFar);
    else if ('failed' in message) reject(new Error(message.failed));
    else resolve(message);
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('the thread ended before its task')));
  return promise.finally(() => signal.removeEventListener('abort', abort));
};
