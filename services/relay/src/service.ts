import { connectEventStore } from '@karrio/event-store-client';
import { connectNats } from '@karrio/messaging';
import { startOps } from '@karrio/process';
import { counter, type Logger } from '@karrio/telemetry';
import { openCheckpoint } from './checkpoint.ts';
import type { Config } from './config.ts';
import { relayLog } from './relay-log.ts';

export const startRelayService = async (config: Config, log: Logger): Promise<AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(connectEventStore({ url: config.eventStoreUrl, log }));
  const connecting = connectNats({ url: config.natsUrl, name: 'relay', log });
  stack.use(
    await startOps({
      host: config.opsHost,
      port: config.opsPort,
      log,
      ready: {
        eventStore: store.ping,
        nats: async () => (await connecting).ping(),
      },
    }),
  );
  const bus = stack.use(await connecting);
  const closing = new AbortController();
  await store.available(closing.signal);
  const checkpoint = await openCheckpoint(store);
  const relaying = relayLog(
    {
      store,
      bus,
      checkpoint,
      log,
      announced: counter('karrio_announcements_total', 'Events of the log published on JetStream.'),
    },
    closing.signal,
  );
  stack.defer(async () => {
    closing.abort();
    await relaying;
  });
  return stack.move();
};
