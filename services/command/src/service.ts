import { jetStreams, subjects } from '@karrio/contracts';
import { connectEventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { startOps } from '@karrio/process';
import { counter, histogram, type Logger } from '@karrio/telemetry';
import { createCatalog } from './catalog/catalog.ts';
import { followCatalog } from './catalog/follow-catalog.ts';
import type { Config } from './config.ts';
import { consumeCommands } from './consume-commands.ts';
import { bootstrapOrganization } from './organization/bootstrap.ts';
import { createPlanSealer } from './run/seal-plan.ts';

export const startCommandService = async (config: Config, log: Logger): Promise<AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(connectEventStore({ url: config.eventStoreUrl, log }));
  const catalog = createCatalog();
  const follower = stack.use(followCatalog(store, catalog));
  let bus: Bus | undefined;
  stack.use(
    await startOps({
      host: config.opsHost,
      port: config.opsPort,
      log,
      ready: {
        eventStore: store.ping,
        catalog: async () => {
          if (!follower.isReady()) throw new Error('the definitions are still being read');
        },
        nats: async () => {
          if (!bus) throw new Error('not connected yet; check NATS_URL');
          await bus.ping();
        },
      },
    }),
  );
  bus = stack.use(await connectNats({ url: config.natsUrl, name: 'command', log }));
  await follower.ready;
  if (config.bootstrapApiKey !== undefined) {
    await bootstrapOrganization(store, config.bootstrapApiKey, new Date().toISOString());
  }
  const ports = {
    store,
    bus,
    catalog,
    sealPlan: createPlanSealer(store),
    caughtUpTo: follower.caughtUpTo,
    now: Date.now,
  };
  stack.use(
    bus.consume({
      stream: jetStreams.commands,
      durable: 'command',
      subject: subjects.command,
      filter: subjects.command.matching({ service: 'command' }),
      ackWaitMs: config.leaseMs,
      concurrency: config.concurrency,
      handle: consumeCommands(ports, {
        handled: counter('karrio_commands_total', 'Commands handled, by name and outcome.'),
        seconds: histogram('karrio_command_duration_seconds', 'From delivery to reply.'),
      }),
    }),
  );
  return stack.move();
};
