import { derivedUuid, newId, streams, subjects, type EventMetadata, type RunEnded } from '@karrio/contracts';
import {
  laterActionFields,
  type PlannedAction,
  type Plan,
  type RunEvent,
  type RunRequest,
} from '@karrio/domain';
import { connectEventStore, loadValue, type EventStore, type NewEvent } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startExecutorService } from '../src/service.ts';

const log = createLogger('test', 'silent');
const stack = new AsyncDisposableStack();
const ended = new Map<string, RunEnded>();
let store: EventStore;
let bus: Bus;
let host: string;
let received: { method: string; key: string }[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  const stub = createServer((request, response) => {
    received.push({ method: request.method ?? '', key: String(request.headers['idempotency-key']) });
    answer(request, response);
  });
  host = await listening(stub);
  stack.defer(() => {
    stub.closeAllConnections();
    stub.close();
  });
  const config = loadConfig({
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    EGRESS_ALLOW: '127.0.0.1',
    RUN_LEASE_MS: '1000',
    KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  stack.use(
    bus.subscribe(subjects.runEnded, subjects.runEnded.matching(), (end) => ended.set(end.runId, end)),
  );
  stack.use(await startExecutorService(config, log));
});
afterAll(() => stack.disposeAsync());
beforeEach(() => {
  received = [];
  answer = (_, response) => json(response, { count: 3 });
});

const listening = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
    });
  });
const json = (response: ServerResponse, value: unknown) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
};

const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};
const at = '2026-11-22T09:00:00.000Z';

const anAction = (slug: string, override: Partial<PlannedAction>) => ({
  id: `wact_${slug}`,
  slug,
  name: slug,
  actionType: 'data_mapping' as const,
  description: null,
  host: null,
  port: null,
  endpoint: null,
  method: null,
  parametersType: null,
  parametersTemplate: null,
  headerTemplate: null,
  contentType: null,
  ...laterActionFields,
  connection: null,
  metafields: {},
  metadata: {},
  templateSlug: null,
  ...override,
});
const fetching = (slug: string, method: 'get' | 'post' = 'get') =>
  anAction(slug, { actionType: 'http_request', host, method, contentType: 'json' });

const sealed = async (...steps: readonly (readonly ReturnType<typeof anAction>[])[]): Promise<string> => {
  const hash = randomUUID();
  const plan: Plan = {
    workflowId: 'wkfl_1',
    workflowSlug: 'w',
    workflowName: 'W',
    metadata: {},
    steps: steps.map((actions, order) => ({ order, actions })),
  };
  const event = { type: 'PlanSealed', data: { hash, plan }, id: randomUUID(), metadata };
  await store.append(streams.plan(hash), [event], 'no-stream');
  return hash;
};

const aRequest = (planHash: string): RunRequest => ({
  workflowId: 'wkfl_1',
  planHash,
  eventType: 'manual',
  testMode: false,
  parameters: { x: 1 },
  at,
});

const recorded = (stream: string, events: readonly RunEvent[]): readonly NewEvent[] =>
  events.map((event, index) => ({ ...event, id: derivedUuid(stream, String(index)), metadata }));

/** A run whose stream holds these events after its request, as a dead executor left it. */
const aRun = async (planHash: string, ...events: readonly RunEvent[]) => {
  const runId = newId('run');
  const stream = streams.run(runId);
  const request: RunEvent = { type: 'RunRequested', data: aRequest(planHash) };
  await store.append(stream, recorded(stream, [request, ...events]), 'no-stream');
  return runId;
};

const wake = (runId: string, requested?: RunRequest) => {
  const begun = requested && { requested: { data: { ...requested }, metadata } };
  bus.hint(subjects.runReady.of({ org: 'org_1' }), { runId, ...begun }, randomUUID());
};

const endOf = (runId: string) => eventually(`${runId} ends`, () => ended.get(runId), 15_000);
const typesOf = async (runId: string) =>
  (await store.read(streams.run(runId))).map(({ type, data }) =>
    data && typeof data === 'object' && 'slug' in data ? `${type} ${String(data.slug)}` : type,
  );

const started = (slug: string, method: string): RunEvent => ({
  type: 'ActionStarted',
  data: {
    slug,
    actionId: `wact_${slug}`,
    actionType: 'http_request',
    order: 0,
    attempt: 1,
    request: { method, url: host, headers: {}, body: null },
    idempotencyKey: 'k',
    at,
  },
});
const runStarted: RunEvent = { type: 'RunStarted', data: { at } };

describe('a run', () => {
  it('takes its effects and what follows from them with three appends, the request among them', async () => {
    const mapping = anAction('map', { parametersTemplate: '{"n": {{steps.get.response.count}}}' });
    const condition = anAction('enough', {
      actionType: 'conditional',
      parametersTemplate: '{"result": "{{gt steps.map.response.n 2}}"}',
    });
    const hash = await sealed([fetching('get')], [mapping], [condition]);
    const runId = await aRun(hash);
    wake(runId, aRequest(hash));
    expect(await endOf(runId)).toMatchObject({ status: 'success' });
    expect(await typesOf(runId)).toEqual([
      'RunRequested',
      'RunStarted',
      'ActionStarted get',
      'ActionSucceeded get',
      'ActionSucceeded map',
      'ActionSucceeded enough',
      'RunSucceeded',
    ]);
  });

  it('has one effect however often it is woken', async () => {
    const hash = await sealed([fetching('get')]);
    const runId = await aRun(hash);
    for (let wakes = 0; wakes < 20; wakes++) wake(runId, wakes % 2 === 0 ? aRequest(hash) : undefined);
    await endOf(runId);
    wake(runId);
    wake(runId, aRequest(hash));
    const other = await aRun(hash);
    wake(other);
    await endOf(other);
    expect(received).toHaveLength(2);
    expect((await typesOf(runId)).filter((type) => type === 'RunSucceeded')).toHaveLength(1);
  });

  it('shows each parallel action the steps before, and not its siblings', async () => {
    const peek = (slug: string, other: string) =>
      anAction(slug, {
        parametersTemplate: `{"before": {{steps.get.response.count}}, "other": {{steps.${other}.response}}}`,
      });
    const hash = await sealed([fetching('get')], [peek('a', 'b'), peek('b', 'a')]);
    const runId = await aRun(hash);
    wake(runId);
    await endOf(runId);
    const outputs = (await store.read(streams.run(runId))).flatMap(({ type, data }) =>
      type === 'ActionSucceeded' && data && typeof data === 'object' && 'output' in data ? [data.output] : [],
    );
    expect(outputs.slice(1)).toEqual([
      { json: { before: 3, other: null } },
      { json: { before: 3, other: null } },
    ]);
  });

  it('keeps a large answer out of its events, and a resumed one finds it', async () => {
    const text = 'x'.repeat(200_000);
    answer = (_, response) => json(response, { text });
    const length = anAction('length', { parametersTemplate: '{"n": {{length steps.get.response.text}}}' });
    const hash = await sealed([fetching('get')], [length]);
    const runId = await aRun(hash);
    wake(runId);
    await endOf(runId);
    const events = await store.read(streams.run(runId));
    expect(JSON.stringify(events.map(({ data }) => data)).length).toBeLessThan(20_000);
    expect(events.at(-2)).toMatchObject({ data: { output: { json: { n: 200_000 } } } });
    const fetched = events.find(({ type }) => type === 'ActionSucceeded')?.data;
    const output = fetched && typeof fetched === 'object' && 'output' in fetched ? fetched.output : undefined;
    expect(await loadValue(store, output as Parameters<typeof loadValue>[1])).toEqual({ text });
  });
});

describe('a run that a dead executor left', () => {
  it('repeats a GET under the same key, and says that the first outcome is unknown', async () => {
    const hash = await sealed([fetching('get')]);
    const runId = await aRun(hash, runStarted, started('get', 'GET'));
    wake(runId);
    expect(await endOf(runId)).toMatchObject({ status: 'success' });
    expect(await typesOf(runId)).toEqual([
      'RunRequested',
      'RunStarted',
      'ActionStarted get',
      'ActionOutcomeUnknown get',
      'ActionStarted get',
      'ActionSucceeded get',
      'RunSucceeded',
    ]);
    expect(received).toEqual([{ method: 'GET', key: `${runId}-get` }]);
  });

  it('does not repeat a POST, and fails with what to check', async () => {
    const hash = await sealed([fetching('send', 'post')]);
    const runId = await aRun(hash, runStarted, started('send', 'POST'));
    wake(runId);
    expect(await endOf(runId)).toMatchObject({ status: 'failed' });
    const last = (await store.read(streams.run(runId))).at(-1);
    expect(last).toMatchObject({ data: { failure: { code: 'outcome-unknown', action: 'send' } } });
    expect(received).toEqual([]);
  });

  it('is left to a living executor that has it in hand', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<string>();
    using _ = bus.answer(subjects.runHeld, subjects.runHeld.matching(), ({ runId }) => {
      resolve(runId);
      return true;
    });
    const hash = await sealed([fetching('get')]);
    const runId = await aRun(hash, runStarted, started('get', 'GET'));
    wake(runId);
    expect(await asked).toBe(runId);
    expect(await typesOf(runId)).toHaveLength(3);
    expect(received).toEqual([]);
  });
});
