import { isFreePort } from '@karrio/embedded';
import { awaitGateway } from './await-gateway.ts';
import type { Config } from './config.ts';
import { startGroup, type Group } from './group.ts';
import { keepKeys } from './keys.ts';
import { awaitLeftovers } from './leftovers.ts';
import { openLogs } from './logs.ts';
import {
  eventStorePart,
  natsPart,
  opsUrls,
  portNames,
  postgresPart,
  servicePart,
  shopPart,
  type StackPart,
  type Stores,
  type Surroundings,
} from './parts.ts';
import { choosePorts } from './ports.ts';
import { processIds } from './process-ids.ts';
import type { Progress } from './progress.ts';
import { stackFile } from './stack-file.ts';
import type { PartNews } from './supervisor.ts';

export type StackOptions = Readonly<{
  config: Config;
  /** Of the demonstration's shop; without one there is no shop. */
  shopToken: string | undefined;
  progress: Progress;
  /** Gives up the start; a stack that runs is disposed of instead. */
  signal: AbortSignal;
}>;

export type RunningStack = AsyncDisposable &
  Readonly<{
    gateway: string;
    apiKey: string;
    apiKeyFile: string;
    file: string;
    shop: string;
    /** For those who cannot wait. */
    kill: () => Promise<void>;
  }>;

/** Everything, from the stores to the gateway; stops in reverse, also when a part does not start. */
export const startStack = async ({
  config,
  shopToken,
  progress,
  signal,
}: StackOptions): Promise<RunningStack> => {
  const file = stackFile(config.dataDir);
  await awaitLeftovers(config.dataDir, progress.say);
  file.remove();

  await using cleanup = new AsyncDisposableStack();
  const around = await surroundings(config);
  cleanup.use(around.logs);
  const processes = processIds(config.dataDir, file);
  cleanup.defer(processes.forget);
  const groups: Group[] = [];
  const start = async (parts: readonly StackPart[]) => {
    const onNews = (part: string, news: PartNews) => {
      progress.part(part, news);
      processes.note(part, news);
    };
    groups.push(cleanup.use(await startGroup(parts, { signal, onNews })));
  };

  const stores = await startStores(around, start);
  await start(workers(around, stores, shopToken));
  await start([gatewayPart(around, stores)]);
  const gateway = `http://127.0.0.1:${around.ports.http}`;
  const { apiKey, apiKeyFile } = around.keys;
  await awaitGateway(gateway, apiKey, signal);

  processes.publish({ gateway, api_key: apiKey, ...stores, ops: opsUrls(around.ports) });
  cleanup.defer(processes.withdraw);
  const running = cleanup.move();
  return {
    gateway,
    apiKey,
    apiKeyFile,
    file: file.path,
    shop: `http://127.0.0.1:${around.ports.shop}`,
    kill: async () => {
      await Promise.all(groups.map((group) => group.kill()));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};

const surroundings = async (config: Config): Promise<Surroundings> => {
  const { httpHost, httpPort, dataDir } = config;
  if (httpPort !== undefined && !(await isFreePort(httpPort, httpHost))) {
    throw new Error(
      `Port ${httpPort} is taken. Set HTTP_PORT to another one, or leave it out to have one chosen.`,
    );
  }
  const chosen = await choosePorts(dataDir, portNames);
  const ports = httpPort === undefined ? chosen : { ...chosen, http: httpPort };
  return { config, ports, keys: keepKeys(dataDir), logs: openLogs(dataDir) };
};

const startStores = async (
  around: Surroundings,
  start: (parts: readonly StackPart[]) => Promise<void>,
): Promise<Stores> => {
  const { config, ports } = around;
  const postgres = postgresPart(around);
  await start([
    ...(config.databaseUrl === undefined ? [postgres.part] : []),
    ...(config.natsUrl === undefined ? [natsPart(around)] : []),
    ...(config.eventStoreUrl === undefined ? [eventStorePart(around)] : []),
  ]);
  return {
    nats: config.natsUrl ?? `nats://127.0.0.1:${ports.nats}`,
    eventstore: config.eventStoreUrl ?? `esdb://127.0.0.1:${ports.eventstore}?tls=false`,
    postgres: config.databaseUrl ?? (await postgres.url),
  };
};

const workers = (
  around: Surroundings,
  stores: Stores,
  shopToken: string | undefined,
): readonly StackPart[] => {
  const { config, keys, ports } = around;
  const isDemo = shopToken !== undefined;
  const allowed = [config.egressAllow, isDemo ? `127.0.0.1:${ports.shop}` : ''].filter(
    (entry) => entry !== '',
  );
  return [
    servicePart(around, 'command', stores, {
      BOOTSTRAP_API_KEY: keys.apiKey,
      ...masterKey(around),
    }),
    servicePart(around, 'executor', stores, { EGRESS_ALLOW: allowed.join(','), ...masterKey(around) }),
    servicePart(around, 'query', stores),
    servicePart(around, 'relay', stores),
    servicePart(around, 'scheduler', stores),
    servicePart(around, 'rules', stores),
    ...(isDemo ? [shopPart(around, shopToken)] : []),
  ];
};

const gatewayPart = (around: Surroundings, stores: Stores): StackPart =>
  servicePart(around, 'gateway', stores, {
    HTTP_HOST: around.config.httpHost,
    HTTP_PORT: String(around.ports.http),
    ...masterKey(around),
  });

const masterKey = ({ config, keys }: Surroundings): Readonly<Record<string, string>> =>
  config.hasMasterKey ? {} : { KWE_MASTER_KEY_FILE: keys.masterKeyFile };
