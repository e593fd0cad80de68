import { setTimeout as delay } from 'node:timers/promises';
import type { Exit, ServerProcess } from '@karrio/embedded';
import { nextRestart, restartPolicy, type RestartPolicy } from './restart-policy.ts';

export type Part = Readonly<{
  name: string;
  /**
   * Resolves when the part is ready. An aborted signal stops the process, ready or not. Called again once the
   * process has ended.
   */
  start: (signal: AbortSignal) => Promise<ServerProcess>;
}>;

export type PartNews =
  | Readonly<{ state: 'ready'; pid: number; tookMs: number }>
  | Readonly<{ state: 'ended'; exit: Exit; restartInMs: number }>
  | Readonly<{ state: 'not started'; error: unknown; restartInMs: number }>;

export type Supervision = Readonly<{
  /** Gives up the first start; later it has no effect. */
  signal: AbortSignal;
  onNews: (part: string, news: PartNews) => void;
  policy?: RestartPolicy;
  /** Rejects when the signal is aborted. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}>;

export type Supervised = Readonly<{
  /** Asks the part to end and waits for it; it is not started again. */
  stop: () => Promise<void>;
  /** The same without asking. */
  kill: () => Promise<void>;
}>;

/**
 * Starts a part and keeps it running until it is stopped.
 * @throws what the first start throws: a part that never ran is a matter for a human.
 */
export const supervise = async (
  part: Part,
  { signal: givenUp, onNews, policy = restartPolicy, wait = waitFor }: Supervision,
): Promise<Supervised> => {
  const stopping = new AbortController();
  const { signal } = stopping;

  const start = async () => {
    const begun = performance.now();
    const server = await part.start(signal);
    onNews(part.name, { state: 'ready', pid: server.pid, tookMs: performance.now() - begun });
    return { server, readyAt: performance.now() };
  };

  const giveUp = () => stopping.abort();
  givenUp.throwIfAborted();
  givenUp.addEventListener('abort', giveUp);
  let running: Awaited<ReturnType<typeof start>> | undefined;
  try {
    running = await start();
  } finally {
    givenUp.removeEventListener('abort', giveUp);
  }
  let failures = 0;

  /** Undefined when stopped meanwhile. */
  const startAgain = async (news: (restartInMs: number) => PartNews, ranMs: number) => {
    const restart = nextRestart(policy, failures, ranMs);
    failures = restart.failures;
    onNews(part.name, news(restart.delayMs));
    await wait(restart.delayMs, signal);
    return start();
  };

  const keepRunning = async (): Promise<void> => {
    while (running) {
      const { server, readyAt } = running;
      const exit = await server.exited;
      if (signal.aborted) return;
      running = undefined;
      let news = (restartInMs: number): PartNews => ({ state: 'ended', exit, restartInMs });
      let ranMs = performance.now() - readyAt;
      while (!running) {
        try {
          running = await startAgain(news, ranMs);
        } catch (error) {
          if (signal.aborted) return;
          news = (restartInMs) => ({ state: 'not started', error, restartInMs });
          ranMs = 0;
        }
      }
    }
  };
  const kept = keepRunning();

  const end = async (how: 'stop' | 'kill') => {
    stopping.abort();
    await running?.server[how]();
    await kept;
  };
  return { stop: () => end('stop'), kill: () => end('kill') };
};

const waitFor = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal });
