import { connectEventStore } from '@karrio/event-store-client';
import { type Bus, connectNats } from '@karrio/messaging';
import { startOps, type Ops } from '@karrio/process';
import { migrate, openReadModel } from '@karrio/read-model';
import type { Logger } from '@karrio/telemetry';
import { type Announce, announceOn } from './announce.ts';
import type { Config } from './config.ts';
import { measure } from './measure.ts';
import { startProjector } from './projector.ts';
import { keepKeyUses } from './keep-key-uses.ts';
import { openWriter } from './write/writer.ts';

type Settings = Pick<Config, 'databaseUrl' | 'eventStoreUrl' | 'natsUrl' | 'opsHost' | 'opsPort'>;

/** Resolves at once: what is away is waited for, and /readyz says so meanwhile. */
export const startQueryService = async (
  config: Settings,
  log: Logger,
): Promise<AsyncDisposable & Pick<Ops, 'port'>> => {
  await using stack = new AsyncDisposableStack();
  const readModel = stack.use(
    openReadModel({ url: config.databaseUrl, poolMax: 2, applicationName: 'karrio-query' }),
  );
  const store = stack.use(connectEventStore({ url: config.eventStoreUrl, log }));
  const notices = stack.use(connectNotices(config.natsUrl, log, keepKeyUses(readModel, log)));
  const parked = new Set<string>();
  const projector = stack.use(
    startProjector({
      store,
      writer: stack.use(openWriter({ url: config.databaseUrl })),
      prepare: () => migrate(readModel.db),
      announce: notices.announce,
      measure: stack.use(measure(() => parked.size)),
      parked,
      log,
    }),
  );
  const ready = {
    postgres: readModel.ping,
    'event-store': store.ping,
    nats: notices.ping,
    projection: projector.ready,
  };
  const ops = stack.use(await startOps({ host: config.opsHost, port: config.opsPort, log, ready }));
  const started = stack.move();
  return { port: ops.port, [Symbol.asyncDispose]: () => started.disposeAsync() };
};

/** Projecting does not wait for NATS: what nobody can hear yet is not announced. */
const connectNotices = (
  url: string,
  log: Logger,
  onConnected: (bus: Bus) => void,
): AsyncDisposable & Readonly<{ announce: Announce; ping: () => Promise<void> }> => {
  let bus: Bus | undefined;
  let announce: Announce = () => {};
  void connectNats({ url, name: 'query', log }).then((connected) => {
    bus = connected;
    announce = announceOn(connected, log);
    onConnected(connected);
  });
  return {
    announce: (touched, position) => announce(touched, position),
    ping: async () => {
      if (!bus) throw new Error('NATS has not been reached yet; check NATS_URL.');
      await bus.ping();
    },
    [Symbol.asyncDispose]: async () => bus?.[Symbol.asyncDispose](),
  };
};
