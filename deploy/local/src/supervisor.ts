import { setTimeout as delay } from 'node:timers/promises';
import type { Exit, ServerProcess } from '@karrio/embedded';
import { nextRestart, restartPolicy, type RestartPolicy } from './restart-policy.ts';

export type Part = Readonly<{
  name: string;
  /**
   * Resolves when the part is ready. An aborted signal stops the process, ready or not. Called again once the
   * process has ended.
   */
  start: (signal: AbortSignal, onSpawn: (pid: number) => void) => Promise<ServerProcess>;
}>;

export type PartNews =
  | Readonly<{ state: 'starting'; pid: number }>
  | Readonly<{ state: 'ready'; pid: number; tookMs: number }>
  | Readonly<{ state: 'ended'; exit: Exit; restartInMs: number }>
  | Readonly<{ state: 'not started'; error: unknown; restartInMs: number }>;

export type Supervision = Readonly<{
  /** Gives up the first start; later it has no effect. */
  signal: AbortSignal;
  onNews: (part: string, news: PartNews) => void;
  policy?: RestartPolicy;
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
  { signal: givenUp, onNews, policy = restartPolicy }: Supervision,
): Promise<Supervised> => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const tell = (news: PartNews) => onNews(part.name, news);

  givenUp.throwIfAborted();
  const giveUp = () => stopping.abort();
  givenUp.addEventListener('abort', giveUp);
  let life = startLife(part, signal, tell);
  await life.finally(() => givenUp.removeEventListener('abort', giveUp));

  const keepRunning = async (): Promise<void> => {
    let failures = 0;
    for (;;) {
      const { ranMs, ...end } = await endOf(life);
      if (signal.aborted) return;
      const restart = nextRestart(policy, failures, ranMs);
      failures = restart.failures;
      tell({ ...end, restartInMs: restart.delayMs });
      await delay(restart.delayMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      life = startLife(part, signal, tell);
    }
  };
  const kept = keepRunning();

  const end = async (how: 'stop' | 'kill') => {
    stopping.abort();
    const running = await life.catch(() => undefined);
    await running?.server[how]();
    await kept;
  };
  return { stop: () => end('stop'), kill: () => end('kill') };
};

type Life = Readonly<{ server: ServerProcess; readyAt: number }>;

const startLife = async (part: Part, signal: AbortSignal, tell: (news: PartNews) => void): Promise<Life> => {
  const begunAt = performance.now();
  const server = await part.start(signal, (pid) => tell({ state: 'starting', pid }));
  const readyAt = performance.now();
  tell({ state: 'ready', pid: server.pid, tookMs: readyAt - begunAt });
  return { server, readyAt };
};

type End = Readonly<{ ranMs: number }> &
  (Readonly<{ state: 'ended'; exit: Exit }> | Readonly<{ state: 'not started'; error: unknown }>);

const endOf = async (starting: Promise<Life>): Promise<End> => {
  try {
    const { server, readyAt } = await starting;
    const exit = await server.exited;
    return { state: 'ended', exit, ranMs: performance.now() - readyAt };
  } catch (error) {
    return { state: 'not started', error, ranMs: 0 };
  }
};
