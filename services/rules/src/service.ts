import { jetStreams, subjects } from '@karrio/contracts';
import { connectEventStore, type Recorded } from '@karrio/event-store-client';
import { connectNats, type Lease } from '@karrio/messaging';
import { startOps } from '@karrio/process';
import { counter, gauge, type Logger } from '@karrio/telemetry';
import type { Config } from './config.ts';
import { consumeDecisions } from './decision/consume-decisions.ts';
import { isSettled } from './decision/select-rate.ts';
import { createOpenBacktests } from './backtest/open-backtests.ts';
import { createUnderWay } from './backtest/under-way.ts';
import { followUp, watchBacktests } from './follow-up/follow-up.ts';
import { releaseRun } from './follow-up/release-run.ts';
import { isNotificationsDue, startNotified } from './follow-up/start-notified.ts';
import { answerQuestion, type QuestionPorts } from './question/answer-questions.ts';
import { followRules } from './rule-book/follow-rules.ts';
import { createRuleBook } from './rule-book/rule-book.ts';
import { createSealedRules } from './rule-book/sealed-rules.ts';
import { createThreads } from './thread/run-in-thread.ts';

export const startRulesService = async (config: Config, log: Logger): Promise<AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(connectEventStore({ url: config.eventStoreUrl, log }));
  const book = createRuleBook();
  const follower = stack.use(followRules(store, book));
  const connecting = connectNats({ url: config.natsUrl, name: 'rules', log });
  stack.use(
    await startOps({
      host: config.opsHost,
      port: config.opsPort,
      log,
      ready: {
        eventStore: store.ping,
        rules: async () => {
          if (!follower.isReady()) throw new Error('the rules are still being read');
        },
        nats: async () => (await connecting).ping(),
      },
    }),
  );
  const bus = stack.use(await connecting);
  stack.use(gauge('karrio_shipping_rules', 'Shipping rules in memory.', book.size));
  await follower.ready;
  const ports = {
    store,
    bus,
    book,
    sealed: createSealedRules(store),
    threads: stack.use(createThreads(config.threadsMax)),
    databaseUrl: config.databaseUrl,
    leaseMs: config.leaseMs,
    caughtUpTo: follower.caughtUpTo,
    now: Date.now,
    log,
    decisions: counter('karrio_rate_decisions_total', 'Decisions made and recorded, by outcome and reason.'),
    underWay: createUnderWay(),
    backtests: counter('karrio_backtests_total', 'Backtests that ended here, by outcome.'),
  };
  stack.use(followUpDecisions(ports, stack.use(bus.lease('rules'))));
  stack.use(bus.respond('rules', (question) => answerQuestion(ports, question)));
  stack.use(decide(ports, config));
  return stack.move();
};

type Ports = QuestionPorts & Parameters<typeof consumeDecisions>[0];

const followUpDecisions = (ports: Ports, lease: Lease): AsyncDisposable => {
  const { store, log } = ports;
  const closing = new AbortController();
  const follow = async (event: Recorded): Promise<void> => {
    if (isNotificationsDue(event)) await startNotified(ports, event);
    if (isSettled(event)) await releaseRun(ports, event);
  };
  const backtests = createOpenBacktests(ports);
  const following = Promise.all([
    followUp({ store, lease, follow, backtests, log }, closing.signal),
    watchBacktests({ lease, backtests, log }, closing.signal),
  ]);
  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await following;
    },
  };
};

const decide = (ports: Ports, { leaseMs, concurrency }: Config): AsyncDisposable =>
  ports.bus.consume({
    stream: jetStreams.commands,
    durable: 'rules',
    subject: subjects.command,
    filter: subjects.command.matching({ service: 'rules' }),
    ackWaitMs: leaseMs,
    concurrency,
    handle: consumeDecisions(ports),
  });
