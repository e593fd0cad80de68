import {
  derivedUuid,
  newId,
  streamPrefixes,
  streams,
  subjects,
  type Answer,
  type EventMetadata,
  type Question,
} from '@karrio/contracts';
import { anAction } from '@karrio/actions/testing';
import { laterWorkflowFields, type Plan, type PlannedAction, type RunEvent } from '@karrio/domain';
import { connectEventStore, storeValue, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { freshNats, startEventStore } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startExecutorService } from '../src/service.ts';

const log = createLogger('test', 'silent');
const stack = new AsyncDisposableStack();
let store: EventStore;
let bus: Bus;
let host: string;
let received = 0;
let current: Plan;
const askedInTurn: Question[] = [];

beforeAll(async () => {
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  const outside = createServer((_, response) => {
    received++;
    response.end('{}');
  });
  outside.listen(0, '127.0.0.1');
  await once(outside, 'listening');
  stack.defer(() => void outside.close());
  const address = outside.address();
  host = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  // The write side, as far as an executor asks it.
  stack.use(
    bus.respond('command', (question) => {
      askedInTurn.push(question);
      return Promise.resolve({ answered: current as never });
    }),
  );
  const config = loadConfig({
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    EGRESS_ALLOW: '127.0.0.1',
    KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  stack.use(await startExecutorService(config, log));
  stack.use(await startExecutorService(config, log));
});
afterAll(() => stack.disposeAsync());

const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};

const planOf = (...actions: readonly PlannedAction[]): Plan => ({
  workflowId: 'wkfl_1',
  workflowSlug: 'w',
  workflowName: 'W',
  metadata: {},
  ...laterWorkflowFields,
  steps: actions.map((action, order) => ({ order, actions: [action] })),
});
const fetching = () =>
  anAction({
    id: 'wact_fetch',
    slug: 'fetch',
    host,
    method: 'post',
    contentType: 'json',
    parametersTemplate: '{"n": {{parameters.n}}, "token": "abc"}',
    endpoint: '/orders',
  });
const mapping = (template = '{"count": {{length steps.fetch.response.orders}}}') =>
  anAction({
    id: 'wact_map',
    slug: 'map',
    actionType: 'data_mapping',
    method: null,
    parametersTemplate: template,
  });

/** A run of fetch and map that succeeded; its answer is too large for an event. */
const aRun = async (): Promise<string> => {
  const planHash = randomUUID();
  const plan = planOf(fetching(), mapping());
  const sealed = { type: 'PlanSealed', data: { hash: planHash, plan }, id: randomUUID(), metadata };
  await store.append(streams.plan(planHash), [sealed], 'no-stream');
  const at = '2026-11-22T09:00:00.000Z';
  const orders = Array.from({ length: 2_000 }, (_, id) => ({ id, customer: `${id}`.repeat(10) }));
  const output = await storeValue(store, { orders }, metadata);
  const attempt = (slug: string, order: number, actionType: 'http_request' | 'data_mapping') =>
    ({ slug, actionId: `wact_${slug}`, actionType, order, attempt: 1 }) as const;
  const fetched = attempt('fetch', 0, 'http_request');
  const body = { json: { n: 1, token: '***' } };
  const request = {
    method: 'POST',
    url: `${host}/orders`,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, */*;q=0.8',
      'accept-encoding': 'gzip, br, zstd, deflate',
      'user-agent': 'karrio-workflow-engine',
    },
    body,
  };
  const response = { status: 200, headers: {}, bytes: 1 };
  const about = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false } as const;
  const events: RunEvent[] = [
    { type: 'RunRequested', data: { ...about, planHash, parameters: { n: 1 }, at } },
    { type: 'RunStarted', data: { at } },
    { type: 'ActionStarted', data: { ...fetched, request, idempotencyKey: 'k', at } },
    { type: 'ActionSucceeded', data: { ...fetched, output, response, startedAt: at, at } },
    {
      type: 'ActionSucceeded',
      data: { ...attempt('map', 1, 'data_mapping'), output: { json: { count: 2_000 } }, startedAt: at, at },
    },
    { type: 'RunSucceeded', data: { ...about, at } },
  ];
  const runId = newId('run');
  const recorded = events.map((event, index) => ({
    ...event,
    id: derivedUuid(runId, String(index)),
    metadata,
  }));
  await store.append(streams.run(runId), recorded, 'no-stream');
  return runId;
};

/** How many events of runs, their values and their decisions the log holds. */
const countEvents = async (): Promise<number> => {
  const closing = new AbortController();
  const filter = { streamPrefixes: streamPrefixes('run', 'plan', 'blob', 'decision') };
  let count = 0;
  for await (const batch of store.follow({ from: undefined, filter, signal: closing.signal })) {
    count += batch.events.length;
    if (batch.isCaughtUp) break;
  }
  closing.abort();
  return count;
};

const ask = (name: Question['name'], payload: Question['payload'], org = 'org_1'): Promise<Answer> =>
  bus.question('executor', { name, org, payload }, 20_000);

describe('a dry run', () => {
  it('sends nothing: it shows the masked request, and stops where nobody says what it is answered', async () => {
    current = planOf(fetching(), mapping());
    received = 0;
    expect(await ask('dry_run', { workflowId: 'wkfl_1', parameters: { n: 7 } })).toMatchObject({
      answered: {
        steps: [
          {
            slug: 'fetch',
            source: 'missing',
            request: { method: 'POST', url: `${host}/orders`, body: { n: 7, token: '***' } },
          },
        ],
        end: { as: 'needs-response', slugs: ['fetch'] },
      },
    });
    expect(received).toBe(0);
  });

  it('goes on with a fixture, and repeats what a fixture refuses as a run would', async () => {
    current = planOf(fetching(), mapping());
    received = 0;
    const fixed = (status: number) =>
      ask('dry_run', {
        workflowId: 'wkfl_1',
        parameters: { n: 7 },
        fixtures: { fetch: { status, body: { orders: [1, 2] } } },
      });
    expect(await fixed(200)).toMatchObject({
      answered: {
        steps: [
          { slug: 'fetch', source: 'fixture', status: 200 },
          { slug: 'map', source: 'computed', output: { count: 2 } },
        ],
        end: { as: 'RunSucceeded' },
      },
    });
    expect(await fixed(503)).toMatchObject({
      answered: {
        steps: [1, 2, 3, 4].map((attempt) => ({ slug: 'fetch', attempt, status: 503 })),
        end: { as: 'RunFailed', failure: { code: 'http-status' } },
      },
    });
    expect(received).toBe(0);
  });

  it('of every type of action sends, commands, records and waits for nothing', async () => {
    const rates = '[{"id": "rat_1", "carrier_name": "ups", "total_charge": 10, "currency": "USD"}]';
    const given = (slug: string, actionType: PlannedAction['actionType'], parametersTemplate: string) =>
      anAction({ id: `wact_${slug}`, slug, actionType, method: null, parametersTemplate });
    current = planOf(
      fetching(),
      mapping(),
      given('enough', 'conditional', '{{#if steps.map.response.count}}true{{/if}}'),
      given('later', 'wait', '{"seconds": 86400}'),
      given('choose', 'select_rate', `{"shipment": {}, "rates": ${rates}}`),
    );
    received = 0;
    const commands: string[] = [];
    const filter = subjects.command.matching();
    using _ = bus.subscribe(subjects.command, filter, ({ name }) => commands.push(name));
    const ofRules = { outcome: 'selected', selected_rate: { id: 'rat_1' } };
    const dry = (fixtures: object) =>
      ask('dry_run', { workflowId: 'wkfl_1', parameters: { n: 7 }, fixtures: fixtures as never });
    const before = await countEvents();
    expect(await dry({ fetch: { body: { orders: [1] } }, choose: { body: ofRules } })).toMatchObject({
      answered: {
        steps: [
          { slug: 'fetch', source: 'fixture' },
          { slug: 'map', source: 'computed' },
          { slug: 'enough', source: 'computed', passed: true },
          { slug: 'later', source: 'computed', dueAt: expect.any(String) },
          { slug: 'later', source: 'computed' },
          { slug: 'choose', source: 'fixture', output: ofRules },
        ],
        end: { as: 'RunSucceeded' },
      },
    });
    expect({ received, commands, events: await countEvents() }).toEqual({
      received: 0,
      commands: [],
      events: before,
    });
  });

  it('takes up a recorded run, its parameters and its answers, and names a fixture for nobody', async () => {
    current = planOf(fetching(), mapping('{"first": {{steps.fetch.response.orders.0.id}}}'));
    received = 0;
    const fromRun = await aRun();
    expect(await ask('dry_run', { fromRun })).toMatchObject({
      answered: {
        steps: [
          { slug: 'fetch', source: 'recorded' },
          { slug: 'map', output: { first: 0 } },
        ],
        end: { as: 'RunSucceeded' },
      },
    });
    expect(await ask('dry_run', { fromRun, fixtures: { fetsch: {} } })).toMatchObject({
      rejected: { errors: [{ field: 'fixtures.fetsch', messages: [expect.stringContaining('fetch')] }] },
    });
    expect(await ask('dry_run', { fromRun }, 'org_2')).toMatchObject({ rejected: { code: 'not-found' } });
    expect(received).toBe(0);
  });
});

describe('what an executor asks in turn', () => {
  it('is answered on nothing older than what its own asker has seen', async () => {
    const choose = { id: 'wact_c', slug: 'choose', actionType: 'select_rate', method: null } as const;
    current = planOf(anAction({ ...choose, parametersTemplate: '{"shipment": {}, "rates": []}' }));
    const asked: Question[] = [];
    using _ = bus.respond('rules', (question) => {
      asked.push(question);
      return Promise.resolve({ answered: { outcome: 'none' } });
    });
    const runId = await aRun();
    askedInTurn.length = 0;
    const seen = { definitions: '7', rules: '5' };
    const payloads = {
      dry_run: { workflowId: 'wkfl_1', parameters: {} },
      replay: { runIds: [runId], plan: 'current' },
    };
    for (const name of ['dry_run', 'replay'] as const) {
      const question = { name, org: 'org_1', payload: payloads[name], seen };
      expect(await bus.question('executor', question, 20_000)).toHaveProperty('answered');
    }
    expect([...askedInTurn, ...asked].map(({ name, seen: handedOn }) => ({ name, handedOn }))).toEqual(
      ['current_plan', 'current_plan', 'preview_selection'].map((name) => ({ name, handedOn: seen })),
    );
  });
});

describe('a replay', () => {
  it('of a recorded run gives the same, large values with it', async () => {
    received = 0;
    const id = await aRun();
    expect(await ask('replay', { runIds: [id], plan: 'original' })).toEqual({
      answered: { same: true, runs: [{ id, same: true }] },
    });
    expect(received).toBe(0);
  });

  it('against the definition of now tells step by step what would change', async () => {
    current = planOf(fetching(), mapping('{"total": 3}'));
    const id = await aRun();
    expect(await ask('replay', { runIds: [id, 'wevt_none'], plan: 'current' })).toMatchObject({
      answered: {
        same: false,
        runs: [
          {
            id,
            same: false,
            steps: [
              { slug: 'fetch', is: 'same' },
              {
                slug: 'map',
                is: 'differs',
                differences: [{ path: 'output.count' }, { path: 'output.total' }],
              },
            ],
            end: { recorded: 'RunSucceeded', now: 'RunSucceeded' },
          },
          { id: 'wevt_none', same: false, problem: expect.stringContaining('No workflow event') },
        ],
      },
    });
  });
});
