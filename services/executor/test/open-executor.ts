import { derivedUuid, newId, streams, subjects, type EventMetadata, type RunEnded } from '@karrio/contracts';
import { anAction } from '@karrio/actions/testing';
import { laterWorkflowFields, type Plan, type PlannedAction, type RunEvent } from '@karrio/domain';
import { connectEventStore } from '@karrio/event-store-client';
import { connectNats } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { loadConfig } from '../src/config.ts';
import { startExecutorService } from '../src/service.ts';

const log = createLogger('test', 'silent');

const someMetadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};

/** What a run's only action is, and what its workflow says. */
type Given = Partial<PlannedAction> & Readonly<{ runTimeoutMs?: number | null; workflowId?: string }>;

/** Runs in an event store and a NATS of the test's own, and no executor that would take them yet. */
export const openRuns = async (given: Readonly<Record<string, string>> = {}) => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  const env = {
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    EGRESS_ALLOW: '127.0.0.1',
    RUN_LEASE_MS: '1000',
    KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    ...given,
  };
  const config = loadConfig(env);
  const store = stack.use(connectEventStore({ url: server.url, log }));
  const bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  const ended = new Map<string, RunEnded>();
  stack.use(
    bus.subscribe(subjects.runEnded, subjects.runEnded.matching(), (end) => ended.set(end.runId, end)),
  );

  /** A run of one action of an organisation, whose stream holds these events after its request. */
  const aRunOf = async (
    org: string,
    { runTimeoutMs = null, workflowId = 'wkfl_1', ...action }: Given,
    ...events: readonly RunEvent[]
  ): Promise<string> => {
    const metadata = { ...someMetadata, org };
    const planHash = randomUUID();
    const plan: Plan = {
      workflowId,
      workflowSlug: 'w',
      workflowName: 'W',
      metadata: {},
      ...laterWorkflowFields,
      runTimeoutMs,
      steps: [{ order: 1, actions: [anAction({ id: 'wact_a', slug: 'a', ...action })] }],
    };
    const sealed = { type: 'PlanSealed', data: { hash: planHash, plan }, id: randomUUID(), metadata };
    await store.append(streams.plan(planHash), [sealed], 'no-stream');
    const runId = newId('run');
    const at = new Date().toISOString();
    const requested: RunEvent = {
      type: 'RunRequested',
      data: { workflowId, planHash, eventType: 'manual', testMode: false, parameters: {}, at },
    };
    const recorded = [requested, ...events].map((event, index) => ({
      ...event,
      id: derivedUuid(runId, String(index)),
      metadata,
    }));
    await store.append(streams.run(runId), recorded, 'no-stream');
    return runId;
  };

  const aRun = (action: Given, ...events: readonly RunEvent[]) => aRunOf('org_1', action, ...events);
  const wake = (runId: string, org = 'org_1', seen?: bigint) => {
    const wakeUp = { runId, ...(seen !== undefined && { seen: String(seen) }) };
    bus.hint(subjects.runReady.of({ org }), wakeUp, randomUUID());
  };
  const eventsOf = (runId: string) => store.read(streams.run(runId));
  const endOf = async (runId: string) => {
    await eventually(`${runId} ends`, () => ended.get(runId));
    return eventsOf(runId);
  };
  const disposal = stack.move();
  return {
    store,
    /** Of an executor on them. */
    env,
    startExecutor: () => startExecutorService(config, log),
    aRun,
    aRunOf,
    wake,
    eventsOf,
    endOf,
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
};

/** The same with an executor. */
export const openExecutor = async (env: Readonly<Record<string, string>> = {}) => {
  await using stack = new AsyncDisposableStack();
  const runs = stack.use(await openRuns(env));
  stack.use(await runs.startExecutor());
  const disposal = stack.move();
  return { ...runs, [Symbol.asyncDispose]: () => disposal.disposeAsync() };
};
export type Executor = Awaited<ReturnType<typeof openExecutor>>;
