import { join } from 'node:path';
import { startNode, startPostgres } from '@karrio/embedded';
import { checkout, type Config } from './config.ts';
import type { Keys } from './keys.ts';
import type { Logs } from './logs.ts';
import type { Ports } from './ports.ts';
import type { Part } from './supervisor.ts';
import { startWatchedNats } from './watched-nats.ts';

/** Not in DATA_DIR: what is fetched or compiled for one stack serves the others, and the tests. */
const sharedDir = join(checkout, '.data');

/** Each is a folder of services/. */
export const serviceNames = [
  'command',
  'executor',
  'query',
  'relay',
  'scheduler',
  'rules',
  'gateway',
] as const;
export type ServiceName = (typeof serviceNames)[number];

const withOps = ['event-store', ...serviceNames] as const;
export const portNames = [
  ...(['http', 'nats', 'eventstore', 'postgres', 'shop'] as const),
  ...withOps.map((name) => `${name}-ops` as const),
];

/** Where each part tells how it is: `/healthz`, `/readyz` and `/metrics`. */
export const opsUrls = (ports: Surroundings['ports']): Readonly<Record<string, string>> =>
  Object.fromEntries(withOps.map((name) => [name, `http://127.0.0.1:${ports[`${name}-ops`]}`]));

/** A part of the stack, with what to say when it does not start. */
export type StackPart = Part & Readonly<{ logPath: string; remedy: string }>;

export type Surroundings = Readonly<{
  config: Config;
  ports: Ports<(typeof portNames)[number]>;
  keys: Keys;
  logs: Logs;
}>;

export type Stores = Readonly<{ postgres: string; nats: string; eventstore: string }>;

/** The URL has the password in it, which the first start makes. */
export const postgresPart = ({ config, ports, logs }: Surroundings) => {
  const url = Promise.withResolvers<string>();
  const part: StackPart = {
    name: 'postgres',
    logPath: logs.path('postgres'),
    remedy: 'Or set DATABASE_URL to a PostgreSQL of your own.',
    start: async (signal) => {
      const dataDir = join(config.dataDir, 'postgres');
      const log = logs.of('postgres');
      const server = await startPostgres({ dataDir, port: ports.postgres, log, signal });
      url.resolve(server.url);
      return server;
    },
  };
  return { part, url: url.promise };
};

export const natsPart = ({ config, ports, logs }: Surroundings): StackPart => ({
  name: 'nats',
  logPath: logs.path('nats'),
  remedy: 'Or set NATS_URL to a NATS server with JetStream of your own.',
  start: (signal) =>
    startWatchedNats({
      dataDir: join(config.dataDir, 'nats'),
      toolsDir: join(sharedDir, 'tools'),
      port: ports.nats,
      serverBin: config.natsServerBin,
      log: logs.of('nats'),
      signal,
    }),
});

export const eventStorePart = (around: Surroundings): StackPart => ({
  ...nodePart(around, 'event-store', around.ports['event-store-ops'], {
    EVENTSTORE_DATA: join(around.config.dataDir, 'event-store'),
    EVENTSTORE_HOST: '127.0.0.1',
    EVENTSTORE_PORT: String(around.ports.eventstore),
  }),
  remedy: 'Or set EVENTSTORE_URL to an EventStoreDB of your own.',
});

export const servicePart = (
  around: Surroundings,
  name: ServiceName,
  stores: Stores,
  settings: Readonly<Record<string, string>> = {},
): StackPart =>
  nodePart(around, name, around.ports[`${name}-ops`], {
    NATS_URL: stores.nats,
    EVENTSTORE_URL: stores.eventstore,
    DATABASE_URL: stores.postgres,
    ...settings,
  });

/** The demonstration's shop: no service of ours, so it sees nothing of the environment but its own settings. */
export const shopPart = ({ ports, logs }: Surroundings, token: string): StackPart => ({
  name: 'shop',
  logPath: logs.path('shop'),
  remedy: 'Or start with --no-demo.',
  start: (signal, onSpawn) =>
    startNode({
      name: 'shop',
      script: join(import.meta.dirname, 'shop/main.ts'),
      env: { OPS_PORT: String(ports.shop), SHOP_TOKEN: token },
      log: logs.of('shop'),
      signal,
      onSpawn,
    }),
});

const nodePart = (
  { config, logs }: Surroundings,
  name: string,
  opsPort: number,
  settings: Readonly<Record<string, string>>,
): StackPart => ({
  name,
  logPath: logs.path(name),
  remedy: '',
  start: (signal, onSpawn) =>
    startNode({
      name,
      script: join(checkout, 'services', name, 'src/main.ts'),
      env: {
        // Saves 40 % of the time that a service takes to load. Writing it costs each service 0.35 s at its first
        // end, so it is kept beside the fetched tools, for all stacks of this checkout.
        NODE_COMPILE_CACHE: join(sharedDir, 'compile-cache'),
        ...config.passedOn,
        OTEL_SERVICE_NAME: name,
        OPS_HOST: '127.0.0.1',
        OPS_PORT: String(opsPort),
        ...settings,
      },
      execArgv: config.isTraced ? ['--import', '@karrio/telemetry/register'] : [],
      log: logs.of(name),
      signal,
      onSpawn,
    }),
});
