import { startOps } from '@karrio/process';
import type { Logger } from '@karrio/telemetry';
import { openAccess } from './access/access.ts';
import type { Config } from './config.ts';
import { startGrpcServer } from './grpc/grpc-server.ts';
import { createMethods } from './grpc/methods.ts';
import { measure } from './measure.ts';
import { openStore } from './open-store.ts';
import { scavengeRoute } from './scavenge/scavenge-route.ts';
import { createScavenger } from './scavenge/scavenger.ts';
import type { GroupFacts } from './stream/writer.ts';

type Settings = Pick<
  Config,
  'dataFolder' | 'access' | 'port' | 'opsHost' | 'opsPort' | 'segmentBytesMax' | 'scavengeHours'
>;

export type EventStoreService = AsyncDisposable & Readonly<{ port: number; opsPort: number }>;

export const startEventStoreService = async (settings: Settings, log: Logger): Promise<EventStoreService> => {
  await using stack = new AsyncDisposableStack();
  const startedMs = performance.now();
  const { host } = settings.access;
  const access = stack.use(openAccess(settings.access, log));
  const measured = measure();
  const store = stack.use(await openLogged(settings, log, measured.group));
  stack.use(measured.watch(store));

  const scavenger = stack.use(
    createScavenger({
      log: store.log,
      catalog: store.catalog,
      folder: settings.dataFolder,
      bytesLeft: 2 * settings.segmentBytesMax,
      hours: settings.scavengeHours,
      logger: log,
      onEnd: measured.scavenge,
    }),
  );
  const ops = stack.use(
    await startOps({
      host: settings.opsHost,
      port: settings.opsPort,
      log,
      ready: { log: async () => throwIfAny(store.writer.failure()) },
      routes: { '/scavenge': scavengeRoute(scavenger) },
    }),
  );
  const member = { instanceId: store.id, host, port: () => grpc.port };
  const grpc = stack.use(
    await startGrpcServer({
      host,
      port: settings.port,
      access,
      methodsFor: access.methodsFor(createMethods(store, store.writer.submit, member)),
      onFault: (err, path) => {
        log.error({ err, path }, 'a call failed');
      },
    }),
  );
  stack.use(measured.watchClients(grpc));
  const events = store.catalog.visible();
  log.info(
    { port: grpc.port, opsPort: ops.port, events, ms: Math.round(performance.now() - startedMs) },
    'event store ready',
  );
  const started = stack.move();
  return { port: grpc.port, opsPort: ops.port, [Symbol.asyncDispose]: () => started.disposeAsync() };
};

const openLogged = async (settings: Settings, log: Logger, onGroup: (group: GroupFacts) => void) => {
  const store = await openStore({
    folder: settings.dataFolder,
    segmentBytesMax: settings.segmentBytesMax,
    onFailure: (err) => {
      log.fatal({ err }, 'the log can not be written: appends are refused until a restart');
    },
    onSpareFailure: (err) => {
      log.warn({ err }, 'no spare segment: appends take longer');
    },
    onSnapshotIgnored: (file, reason) => {
      log.warn({ file, reason }, 'a snapshot of the index is ignored: its segment is read instead');
    },
    onSnapshotFailure: (err) => {
      log.warn({ err }, 'no snapshot of the index: the next start takes longer');
    },
    onGroup,
  });
  if (store.log.tornBytes > 0)
    log.warn({ bytes: store.log.tornBytes }, 'cut off an unfinished write at the end of the log');
  return store;
};

const throwIfAny = (error: Error | undefined) => {
  if (error) throw error;
};
