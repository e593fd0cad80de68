import { derivedUuid, newId, streams, subjects, type EventMetadata, type RunEnded } from '@karrio/contracts';
import {
  controlRun,
  evolveRun,
  isRunEvent,
  laterActionFields,
  noRun,
  type RunControl,
  type PlannedAction,
  type Plan,
  type RunEvent,
  type RunRequest,
} from '@karrio/domain';
import { anAction as plannedAction, aPlan } from '@karrio/domain/testing';
import {
  connectEventStore,
  loadValue,
  RevisionConflict,
  type EventStore,
  type NewEvent,
} from '@karrio/event-store-client';
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

const anAction = (slug: string, override: Partial<PlannedAction>) =>
  plannedAction({
    id: `wact_${slug}`,
    slug,
    name: slug,
    actionType: 'data_mapping',
    host: null,
    method: null,
    ...override,
  });
const fetching = (slug: string, method: 'get' | 'post' = 'get') =>
  anAction(slug, { actionType: 'http_request', host, method, contentType: 'json' });

type Orders = readonly (readonly PlannedAction[])[];
const sealed = (...orders: Orders) => sealedWith({}, ...orders);

const sealedWith = async (limits: Partial<Plan>, ...orders: Orders): Promise<string> => {
  const hash = randomUUID();
  const plan = aPlan(orders, limits);
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

const endOf = (runId: string) => eventually(`${runId} ends`, () => ended.get(runId));
const typesOf = async (runId: string) =>
  (await store.read(streams.run(runId))).map(({ type, data }) =>
    data && typeof data === 'object' && 'slug' in data ? `${type} ${String(data.slug)}` : type,
  );

const attemptOf = (slug: string) =>
  ({ slug, actionId: `wact_${slug}`, actionType: 'http_request', order: 0, attempt: 1 }) as const;
const started = (slug: string, method: string): RunEvent => ({
  type: 'ActionStarted',
  data: {
    ...attemptOf(slug),
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

  it('does not repeat a POST, and is parked with what to check until a person settles it', async () => {
    const hash = await sealed([fetching('send', 'post')]);
    const runId = await aRun(hash, runStarted, started('send', 'POST'));
    wake(runId);
    const stream = streams.run(runId);
    const parked = await eventually('the run to be parked', async () => {
      const last = (await store.read(stream)).at(-1);
      return last?.type === 'RunParked' && last;
    });
    expect(parked).toMatchObject({ data: { cause: 'outcome-unknown', action: 'send' } });
    const data = { ...attemptOf('send'), as: 'succeeded' as const, by: 'ann', at };
    const settled = { type: 'ActionSettled', data, id: randomUUID(), metadata };
    await store.append(stream, [settled], parked.revision);
    wake(runId);
    expect(await endOf(runId)).toMatchObject({ status: 'success' });
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
    // Nobody answers for it from now on: its request would be repeated in the middle of another test.
    await written(runId, 'Cancel');
  });
});

/** What the command service does for a person, before it tells executors. */
const written = async (runId: string, type: RunControl['type']) => {
  const stream = streams.run(runId);
  for (;;) {
    const events = await store.read(stream);
    const state = events.filter(isRunEvent).reduce(evolveRun, noRun);
    const decision = controlRun(state, { type, by: 'ann', at: new Date().toISOString() } as RunControl);
    if ('rejected' in decision) throw new Error(decision.rejected.message);
    const news = decision.accepted.map((event) => ({ ...event, id: randomUUID(), metadata }));
    try {
      if (news.length > 0) await store.append(stream, news, events.at(-1)?.revision ?? 'no-stream');
      return;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
};

const controlled = async (runId: string, type: RunControl['type']) => {
  await written(runId, type);
  bus.publish(subjects.runControl.of({ runId }), { runId });
  wake(runId);
};

const hang = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  answer = (_, response) => void promise.then(() => json(response, { count: 3 }));
  return resolve;
};

describe('a person', () => {
  it('cancels a run with a request under way, which is given up and recorded', async () => {
    const release = hang();
    const runId = await aRun(await sealed([fetching('get')], [fetching('next')]));
    wake(runId);
    await eventually('the request', () => received.length === 1);
    await controlled(runId, 'Cancel');
    expect(await endOf(runId)).toMatchObject({ status: 'cancelled' });
    release();
    expect(await typesOf(runId)).toEqual([
      'RunRequested',
      'RunStarted',
      'ActionStarted get',
      'RunCancelRequested',
      'ActionCancelled get',
      'RunCancelled',
    ]);
  });

  it.each([
    [200, 'ActionSucceeded get'],
    [503, 'ActionRetryScheduled get'],
  ])(
    'whose cancellation is written while the answer %i is, has the run cancelled',
    async (status, outcome) => {
      const runId = await aRun(await sealed([fetching('get')]));
      // No executor is told: it finds the cancellation where it writes what came of the request.
      answer = (_, response) =>
        void written(runId, 'Cancel').then(() => {
          response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '3000' });
          response.end('{}');
        });
      wake(runId);
      expect(await endOf(runId)).toMatchObject({ status: 'cancelled' });
      const types = await typesOf(runId);
      expect(types.slice(3, 5)).toEqual(['RunCancelRequested', outcome]);
      expect(types.at(-1)).toBe('RunCancelled');
    },
  );

  it('who pauses a run while its last answer is written, finds it ended when it is resumed', async () => {
    const runId = await aRun(await sealed([fetching('get')]));
    answer = (_, response) => void written(runId, 'Pause').then(() => json(response, { count: 3 }));
    wake(runId);
    await eventually('the answer to be recorded', async () => (await typesOf(runId)).length === 5);
    await controlled(runId, 'Resume');
    expect(await endOf(runId)).toMatchObject({ status: 'success' });
    expect((await typesOf(runId)).slice(3)).toEqual([
      'RunPaused',
      'ActionSucceeded get',
      'RunResumed',
      'RunSucceeded',
    ]);
  });

  it('pauses a run that has not begun, which does not begin before it is resumed', async () => {
    const runId = await aRun(await sealed([fetching('get')]));
    await controlled(runId, 'Pause');
    wake(runId);
    // By its end the executor has looked at the one that it was woken for before, too.
    const other = await aRun(await sealed([fetching('get')]));
    wake(other);
    await endOf(other);
    await controlled(runId, 'Resume');
    wake(runId);
    expect(await endOf(runId)).toMatchObject({ status: 'success' });
    expect((await typesOf(runId)).slice(0, 4)).toEqual([
      'RunRequested',
      'RunPaused',
      'RunResumed',
      'RunStarted',
    ]);
  });

  it('pauses a run between its actions, and lets it go on', async () => {
    const release = hang();
    const runId = await aRun(await sealed([fetching('get')], [fetching('next')]));
    wake(runId);
    await eventually('the request', () => received.length === 1);
    await controlled(runId, 'Pause');
    release();
    await eventually('the answer to be recorded', async () => (await typesOf(runId)).length === 5);
    wake(runId);
    await controlled(runId, 'Resume');
    expect(await endOf(runId)).toMatchObject({ status: 'success' });
    const types = await typesOf(runId);
    expect(types.slice(3, 6)).toEqual(['RunPaused', 'ActionSucceeded get', 'RunResumed']);
    expect(received).toHaveLength(2);
  });
});

describe('time', () => {
  it('passes in a wait action, in hand when it is short', async () => {
    const short = anAction('rest', { actionType: 'wait', parametersTemplate: '{"seconds": 0.2}' });
    const runId = await aRun(await sealed([short]));
    wake(runId);
    expect(await endOf(runId)).toMatchObject({ status: 'success' });
    const events = await store.read(streams.run(runId));
    expect(events.map(({ type }) => type)).toEqual([
      'RunRequested',
      'RunStarted',
      'ActionWaiting',
      'ActionSucceeded',
      'RunSucceeded',
    ]);
  });

  it('that is long is left to who keeps timers, with the due time in the log', async () => {
    const long = anAction('rest', { actionType: 'wait', parametersTemplate: '{"seconds": 3600}' });
    const runId = await aRun(await sealed([long]));
    wake(runId);
    const waiting = await eventually('the run to wait', async () => {
      const last = (await store.read(streams.run(runId))).at(-1);
      return last?.type === 'RunWaiting' && last;
    });
    const until = Date.parse(JSON.parse(JSON.stringify(waiting.data)).until);
    expect(Math.abs(until - Date.now() - 3_600_000)).toBeLessThan(60_000);
    await controlled(runId, 'Cancel');
    expect(await typesOf(runId)).toContain('RunCancelled');
  });

  it('that a workflow allows ends a run whose request hangs', async () => {
    const release = hang();
    const runId = await aRun(await sealedWith({ runTimeoutMs: 1_000 }, [fetching('get')]));
    wake(runId);
    expect(await endOf(runId)).toMatchObject({ status: 'failed' });
    release();
    const events = await store.read(streams.run(runId));
    expect(events.slice(-2)).toMatchObject([
      { type: 'ActionCancelled', data: { because: 'run-timed-out' } },
      { type: 'RunFailed', data: { failure: { code: 'run-timed-out' } } },
    ]);
  });
});

it('a failure gives up what runs beside it, where the workflow says so', async () => {
  answer = (request, response) => {
    if (request.url === '/bad') response.writeHead(400).end();
  };
  const beside = { ...fetching('slow'), endpoint: '/slow' };
  const bad = { ...fetching('bad'), endpoint: '/bad' };
  const runId = await aRun(await sealedWith({ onFailure: 'cancel' }, [beside, bad]));
  wake(runId);
  expect(await endOf(runId)).toMatchObject({ status: 'failed' });
  const events = await store.read(streams.run(runId));
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'ActionCancelled',
      data: expect.objectContaining({ slug: 'slow', because: 'sibling-failed' }),
    }),
  );
});

describe('a probe', () => {
  const methodsOf = (runId: string) =>
    received.filter(({ key }) => key.startsWith(runId)).map(({ method }) => method);

  const probed = (answers: string) => ({
    ...fetching('send', 'post'),
    http: {
      ...laterActionFields.http,
      onUnknown: 'probe' as const,
      probe: { endpoint: '/labels/1', template: answers },
    },
  });

  it.each([
    [200, 'success', ['GET']],
    [404, 'success', ['GET', 'POST']],
  ])('that answers %i decides whether the request is sent again', async (status, end, methods) => {
    answer = (request, response) => {
      if (request.method === 'GET') response.statusCode = status;
      json(response, { id: 1 });
    };
    const hash = await sealed([probed('{{#eq steps.send.status 200}}true{{else}}false{{/eq}}')]);
    const runId = await aRun(hash, runStarted, started('send', 'POST'));
    wake(runId);
    expect(await endOf(runId)).toMatchObject({ status: end });
    expect(methodsOf(runId)).toEqual(methods);
    expect(await typesOf(runId)).toContain('ActionProbed send');
  });

  it('that does not tell leaves it to a person', async () => {
    const hash = await sealed([probed('maybe')]);
    const runId = await aRun(hash, runStarted, started('send', 'POST'));
    wake(runId);
    await eventually('the run to be parked', async () => (await typesOf(runId)).includes('RunParked'));
    expect(methodsOf(runId)).toEqual(['GET']);
  });
});

it('an answer that comes after the run was lost is recorded as late, and changes nothing', async () => {
  const release = hang();
  const runId = await aRun(await sealed([fetching('get')]));
  wake(runId);
  await eventually('the request', () => received.length === 1);
  const stream = streams.run(runId);
  const taken: RunEvent = {
    type: 'ActionOutcomeUnknown',
    data: { ...attemptOf('get'), resolution: 'fail', at },
  };
  const last = (await store.read(stream)).at(-1);
  await store.append(stream, recorded(`${stream}-other`, [taken]), last?.revision ?? 'no-stream');
  release();
  await eventually('the late answer', async () => (await typesOf(runId)).includes('ActionCompletedLate get'));
});
