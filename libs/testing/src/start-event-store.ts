import { freePort } from '@karrio/embedded';
import { startService, type ServiceOptions, type ServiceProcess } from './start-service.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type EventStoreOptions = ServiceOptions &
  Readonly<{
    /** Given, it stays: kill a server and start another on its folder and port to see it recover. */
    dataDir?: string | undefined;
    port?: number | undefined;
    /** Further settings of the server. */
    env?: Readonly<Record<string, string>> | undefined;
  }>;

export interface EventStoreServer extends ServiceProcess {
  readonly url: string;
  readonly port: number;
}

/** The embedded event store on a folder of its own. */
export const startEventStore = async (options: EventStoreOptions = {}): Promise<EventStoreServer> => {
  await using started = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? started.use(await temporaryFolder()).path;
  const port = options.port ?? (await freePort());
  const env = { ...options.env, EVENTSTORE_DATA: dataDir, EVENTSTORE_PORT: String(port) };
  const server = started.use(await startService('event-store', env, options));
  const kept = started.move();
  return {
    ...server,
    url: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};
