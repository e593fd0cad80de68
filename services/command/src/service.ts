import { jetStreams, subjects } from '@karrio/contracts';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { startOps } from '@karrio/process';
import type { Logger } from '@karrio/telemetry';
import { directory, ensureDataKey, openVault } from '@karrio/vault';
import { keepAudit } from './audit/keep-audit.ts';
import { answerQuestion } from './answer-questions.ts';
import { followBacklog } from './backlog/follow-backlog.ts';
import { createCatalog, type Catalog } from './catalog/catalog.ts';
import { followCatalog } from './catalog/follow-catalog.ts';
import type { Config } from './config.ts';
import { consumeCommands } from './consume-commands.ts';
import { consumeEvents } from './event/consume-events.ts';
import type { CommandPorts } from './handle-command.ts';
import { bootstrapOrganization } from './organization/bootstrap.ts';
import { createPlanSealer } from './run/seal-plan.ts';

/** Each may start many runs. */
const eventConcurrency = 16;

export const startCommandService = async (config: Config, log: Logger): Promise<AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(connectEventStore({ url: config.eventStoreUrl, log }));
  const catalog = createCatalog();
  const follower = stack.use(followCatalog(store, catalog));
  const connecting = connectNats({ url: config.natsUrl, name: 'command', log });
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
        nats: async () => (await connecting).ping(),
      },
    }),
  );
  const bus = stack.use(await connecting);
  await follower.ready;
  await prepare(store, catalog, config);
  const { masterKeys, organizationCreators: creators } = config;
  const vault = openVault({ masterKeys, store });
  const ports = {
    store,
    bus,
    catalog,
    backlog: stack.use(followBacklog(store, config.backlogMax)),
    sealPlan: createPlanSealer(store),
    depthMax: config.depthMax,
    vault,
    masterKeys,
    creators,
    organizationsOf: catalog.organizationsOf,
    caughtUpTo: follower.caughtUpTo,
    now: Date.now,
  };
  stack.use(keepAudit({ store, bus, vault, log }));
  stack.use(bus.respond('command', (question) => answerQuestion(ports, question)));
  for (const consumption of consume(bus, ports, config, log)) stack.use(consumption);
  return stack.move();
};

const consume = (
  bus: Bus,
  ports: CommandPorts,
  { leaseMs: ackWaitMs, concurrency }: Config,
  log: Logger,
): readonly AsyncDisposable[] => [
  bus.consume({
    stream: jetStreams.commands,
    durable: 'command',
    subject: subjects.command,
    filter: subjects.command.matching({ service: 'command' }),
    ackWaitMs,
    concurrency,
    handle: consumeCommands(ports),
  }),
  bus.consume({
    stream: jetStreams.incoming,
    durable: 'command',
    subject: subjects.incoming,
    filter: subjects.incoming.matching(),
    ackWaitMs,
    concurrency: eventConcurrency,
    handle: consumeEvents(ports, log),
  }),
];
/** The keys that secrets are sealed under, and the first organisation. */
const prepare = async (
  store: EventStore,
  catalog: Catalog,
  { masterKeys, bootstrapApiKey }: Config,
): Promise<void> => {
  const at = new Date().toISOString();
  const unkeyed = [directory, ...catalog.orgsWithoutDataKey()];
  for (const org of unkeyed) await ensureDataKey(store, masterKeys, org, at);
  if (bootstrapApiKey !== undefined) await bootstrapOrganization(store, masterKeys, bootstrapApiKey, at);
};
