import { subjects, type RunHeld } from '@karrio/contracts';
import { connectEventStore } from '@karrio/event-store-client';
import { connectNats } from '@karrio/messaging';
import { startOps } from '@karrio/process';
import { counter, histogram, type Logger } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';
import { answerQuestion } from './answer-questions.ts';
import type { Config } from './config.ts';
import { createConnections } from './connection/create-connections.ts';
import { dispatchRuns } from './dispatch/dispatch-runs.ts';
import { limitOf } from './dispatch/host-limits.ts';
import { createHostSlots, type HostSlots } from './dispatch/host-slots.ts';
import { withCircuitBreaker } from './egress/circuit-breaker.ts';
import { guardedOutside } from './egress/guarded-outside.ts';
import { createHttpClient } from './egress/http-client.ts';
import { followPauses, type PauseFollower } from './pause/follow-pauses.ts';
import { createExecuteRun } from './run/execute-run.ts';
import { createHoldings, type Holdings } from './run/holdings.ts';
import { createParkFailing } from './run/park-failing.ts';
import { withRules } from './run/rules-outside.ts';
import type { RunPorts } from './run/run-ports.ts';
import { createPlanStore } from './run/plan-store.ts';
import { createTakeRun } from './run/take-run.ts';

export const startExecutorService = async (config: Config, log: Logger): Promise<AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(connectEventStore({ url: config.eventStoreUrl, log }));
  const connecting = connectNats({ url: config.natsUrl, name: 'executor', log });
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
  const client = stack.use(createHttpClient(config.http));
  const outside = stack.use(withCircuitBreaker(guardedOutside(client), config.http.circuit, Date.now));
  const { masterKeys } = config;
  const connections = stack.use(createConnections({ store, client, masterKeys, now: Date.now }));
  const { pauses, ready, hasSeen } = stack.use(followPauses(store));
  // A run of a paused workflow would begin.
  await ready;
  const hosts = createHostSlots((host) => limitOf(config.dispatch.hosts, host));
  const executorId = randomUUID();
  const ports: RunPorts = {
    executorId,
    store,
    bus,
    planOf: createPlanStore(store),
    outside: withRules(outside, bus, Date.now),
    authenticate: connections.authenticate,
    pauses,
    hosts,
    leaseMs: config.leaseMs,
    now: Date.now,
    chance: Math.random,
    log,
    ...runMetrics(),
  };
  const holdings = createHoldings();
  const isHeldHere = ({ runId, asker }: RunHeld) => asker !== executorId && holdings.has(runId);
  stack.use(bus.answer(subjects.runHeld, subjects.runHeld.matching(), isHeldHere));
  stack.use(
    bus.subscribe(subjects.runControl, subjects.runControl.matching(), ({ runId }) => holdings.look(runId)),
  );
  stack.use(bus.respond('executor', (question) => answerQuestion(ports, question)));
  stack.use(takeWakeUps({ ...ports, hosts }, holdings, hasSeen, config));
  return stack.move();
};

const takeWakeUps = (
  ports: RunPorts & Readonly<{ hosts: HostSlots }>,
  holdings: Holdings,
  hasSeen: PauseFollower['hasSeen'],
  config: Config,
): AsyncDisposable => {
  const parkFailing = createParkFailing(ports);
  const execute = createExecuteRun(ports);
  return dispatchRuns({ ...ports, work: createTakeRun({ holdings, parkFailing, execute, hasSeen }) }, config);
};

const runMetrics = () => ({
  runs: counter('karrio_runs_total', 'Runs ended, by status.'),
  runSeconds: histogram('karrio_run_duration_seconds', 'From the request to the end of a run.'),
  parked: counter('karrio_runs_parked_total', 'Runs that wait for a person, by cause.'),
  retries: counter('karrio_action_retries_total', 'Attempts that failed and are made again, by failure.'),
});
