import { startService, type ServiceProcess } from '@karrio/testing';

export type SecondExecutor = AsyncDisposable &
  Readonly<{ pid: () => number; kill: () => Promise<void>; restart: () => Promise<void> }>;

/** Another executor on the same stack: without one, nobody takes over from an executor that stands still. */
export const startSecondExecutor = async (env: Readonly<Record<string, string>>): Promise<SecondExecutor> => {
  const start = (): Promise<ServiceProcess> => startService('executor', env);
  let running = await start();
  return {
    pid: () => running.pid,
    kill: () => running.kill(),
    restart: async () => {
      running = await start();
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
};
