import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startNats, startNode } from '@karrio/embedded';
import { readUsage, type Usage } from '../process-usage.ts';

const script = (service: string) =>
  fileURLToPath(new URL(`../../../../services/${service}/src/main.ts`, import.meta.url));

const log = (line: string) => {
  process.stderr.write(`${line}\n`);
};

export type Service = AsyncDisposable & Readonly<{ opsPort: number; usage: () => Usage }>;

const startService = async (name: string, env: Readonly<Record<string, string>>): Promise<Service> => {
  const opsPort = await freePort();
  const given = { ...env, OPS_PORT: String(opsPort), LOG_LEVEL: 'warn' };
  const service = await startNode({ name, script: script(name), env: given, log, stopDeadlineMs: 60_000 });
  return {
    opsPort,
    usage: () => readUsage({ [name]: service.pid }).get(name) ?? { cpuMs: 0, rssMb: 0 },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
};

/** The event store, NATS and the command service; `startScheduler` starts what is measured. */
export const startProcesses = async (root: string, backlogMax: number) => {
  await using starting = new AsyncDisposableStack();
  const storePort = await freePort();
  const eventStoreUrl = `esdb://127.0.0.1:${storePort}?tls=false`;
  const store = starting.use(
    await startService('event-store', {
      EVENTSTORE_DATA: join(root, 'store'),
      EVENTSTORE_PORT: String(storePort),
    }),
  );
  const nats = starting.use(await startNats({ dataDir: join(root, 'nats'), log: () => undefined }));
  const env = { NATS_URL: nats.url, EVENTSTORE_URL: eventStoreUrl };
  const started = starting.move();
  return {
    eventStoreUrl,
    usage: () => ({ store: store.usage(), nats: readUsage({ nats: nats.pid }).get('nats') }),
    startScheduler: () => startService('scheduler', env),
    startCommand: () =>
      startService('command', {
        ...env,
        RUN_BACKLOG_MAX: String(backlogMax),
        KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
};
