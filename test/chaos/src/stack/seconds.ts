import { freePort } from '@karrio/embedded';
import { startService, type ServiceProcess } from '@karrio/testing';
import type { Stack } from './stack.ts';

export type Seconds = AsyncDisposable &
  Readonly<{
    /** Of the other gateway, also when it was killed and is there again. */
    gateway: string;
    kill: () => Promise<void>;
    restart: () => Promise<void>;
  }>;

const names = ['executor', 'scheduler', 'gateway'] as const;

/**
 * Another one of each on the same stack: nobody else takes over from an executor that stands still, one of two
 * schedulers leads, and what was done through one gateway is asked of the other.
 */
export const startSeconds = async (
  stack: Pick<Stack, 'nats' | 'eventstore' | 'postgres'>,
  settings: Readonly<Record<string, string>>,
): Promise<Seconds> => {
  const port = String(await freePort());
  const env = {
    ...settings,
    NATS_URL: stack.nats,
    EVENTSTORE_URL: stack.eventstore,
    DATABASE_URL: stack.postgres,
    HTTP_PORT: port,
  };
  let running: readonly ServiceProcess[] = [];
  const start = async () => {
    running = await Promise.all(names.map((name) => startService(name, env)));
  };
  await start();
  return {
    gateway: `http://127.0.0.1:${port}`,
    kill: async () => void (await Promise.all(running.map((service) => service.kill()))),
    restart: start,
    [Symbol.asyncDispose]: async () =>
      void (await Promise.all(running.map((service) => service[Symbol.asyncDispose]()))),
  };
};
