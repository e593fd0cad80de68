import { fileURLToPath } from 'node:url';
import { EventStoreDBClient } from '@eventstore/db-client';
import { freePort, startNode } from '@karrio/embedded';
import { readUsage } from '../process-usage.ts';

/** The event store as a process of its own, so that nobody else's CPU is taken for its. */
export type Server = AsyncDisposable &
  Readonly<{
    port: number;
    client: EventStoreDBClient;
    /** From the start of the process to its first answer. */
    startMs: number;
    /** CPU that it has taken so far. */
    cpuMs: () => number;
    rssMb: () => number;
  }>;

const script = fileURLToPath(new URL('../../../../services/event-store/src/main.ts', import.meta.url));

export const startServer = async (folder: string): Promise<Server> => {
  await using starting = new AsyncDisposableStack();
  const port = await freePort();
  const env = {
    EVENTSTORE_DATA: folder,
    EVENTSTORE_PORT: String(port),
    OPS_PORT: String(await freePort()),
    LOG_LEVEL: 'warn',
  };
  const startedMs = performance.now();
  const log = (line: string) => {
    process.stderr.write(`${line}\n`);
  };
  const { pid } = starting.use(
    await startNode({ name: 'event-store', script, env, log, stopDeadlineMs: 60_000 }),
  );
  const startMs = performance.now() - startedMs;
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
  starting.defer(() => client.dispose());
  const usage = () => readUsage({ server: pid }).get('server') ?? { cpuMs: 0, rssMb: 0 };
  const started = starting.move();
  return {
    port,
    client,
    startMs,
    cpuMs: () => usage().cpuMs,
    rssMb: () => usage().rssMb,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
};
