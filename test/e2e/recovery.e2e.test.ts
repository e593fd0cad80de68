import { jetStreams, subjects } from '@karrio/contracts';
import { eventually } from '@karrio/testing';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayClient, type Client } from './support/gateway-client.ts';
import { completedEvents } from './support/completed-events.ts';
import { openShop, type Shop } from './support/shop-stub.ts';
import { startStack, type Stack } from './support/stack.ts';
import { hookWorkflow, httpAction, inline, mappingAction, newTag, recordsOf } from './support/workflow.ts';

/** Short leases, so that what a dead process held is taken over within seconds. */
const env = {
  RUN_LEASE_MS: '2000',
  WAKE_AFTER_MS: '1000',
  WAKE_AGAIN_MS: '3000',
  COMMAND_LEASE_MS: '3000',
  COMMAND_TIMEOUT_MS: '3000',
};
const recoveredMs = 45_000;

let stack: Stack;
let client: Client;
beforeAll(async () => {
  stack = await startStack({ env });
  client = gatewayClient(stack);
});
afterAll(async () => {
  try {
    await client.checkReplays();
  } finally {
    await stack[Symbol.asyncDispose]();
  }
});

/** A shop that never answers the first request, and every other one at once. */
const openForgetfulShop = () => {
  const never = new Promise<never>(() => undefined);
  let requests = 0;
  return openShop({ '/called': () => (++requests === 1 ? never : { body: { ok: true } }) });
};

describe('a run whose executor is killed while a request is out', () => {
  const interrupted = async (method: 'get' | 'post', shop: Shop) => {
    const tag = newTag();
    const call = httpAction(`Call ${tag}`, shop.url, '/called', { method });
    const workflow = await client.make('create_workflow', inline(`Call ${tag}`, [call]));
    const input = { workflow_id: workflow.id, event_type: 'manual' };
    const { id } = await client.make('create_workflow_event', input);
    await eventually('the request is out', () => shop.received.length === 1);
    await stack.kill('executor');
    return { id, slug: `call_${tag}` };
  };

  it('repeats a GET under the same Idempotency-Key, and says that the first outcome is unknown', async () => {
    await using shop = await openForgetfulShop();
    const { id, slug } = await interrupted('get', shop);
    const run = await client.endOf(id, recoveredMs);

    expect(run.status).toBe('success');
    expect(recordsOf(run, slug, 1)).toMatchObject({ error: { error: { code: 'outcome-unknown' } } });
    expect(recordsOf(run, slug, 2)).toMatchObject({
      'action-output': { status: 'success', output: { ok: true } },
    });
    const key = `${run.id}-${slug}`;
    expect(shop.received.map(({ headers }) => headers['idempotency-key'])).toEqual([key, key]);
  });

  it('does not repeat a POST, and is parked, saying that its outcome is unknown', async () => {
    await using shop = await openForgetfulShop();
    const { id, slug } = await interrupted('post', shop);

    const isParked = async () => {
      const run = await client.readRun(id);
      return run?.state === 'parked' && run;
    };
    const run = await eventually('the run is parked', isParked, recoveredMs);
    expect(recordsOf(run, slug, 1)).toMatchObject({ error: { error: { code: 'outcome-unknown' } } });
    expect(shop.received).toHaveLength(1);
  });
});

const startsEach = 15;

/** Starts runs by webhook and by mutation, each until it is accepted: an Idempotency-Key makes that safe. */
const startRuns = (workflowId: string): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: startsEach }, (_, index) => {
      const headers = { 'idempotency-key': newTag() };
      const start = index % 2 === 0 ? byWebhook : byMutation;
      return eventually('a run is accepted', () => start(workflowId, headers), recoveredMs);
    }),
  );

type Headers = Readonly<Record<string, string>>;

const byWebhook = async (workflowId: string, headers: Headers): Promise<string | undefined> => {
  const { status, body } = await client.trigger(workflowId, { headers });
  return status === 202 ? body.id : undefined;
};

const byMutation = async (workflowId: string, headers: Headers): Promise<string | undefined> => {
  const input = { workflow_id: workflowId, event_type: 'manual' };
  return (await client.make('create_workflow_event', input, headers)).id;
};

const requestsOf = (id: string, { received }: Shop) =>
  received.filter(({ headers }) => headers['idempotency-key']?.toString().startsWith(id));

/** Runs before, during and after `disturb`, the first of them with their requests out when it begins. */
const runsThrough = async (disturb: () => Promise<unknown>): Promise<readonly string[]> => {
  const disturbed = Promise.withResolvers<void>();
  const answer = () => disturbed.promise.then(() => ({ body: {} }));
  await using shop = await openShop({ '/called': answer });
  const workflow = await client.make('create_workflow', hookWorkflow(newTag(), shop.url));

  const before = await startRuns(workflow.id);
  const isOut = (id: string) => requestsOf(id, shop).length > 0;
  await eventually('all requests are out', () => before.every(isOut));
  const disturbing = disturb();
  const during = startRuns(workflow.id);
  await disturbing;
  disturbed.resolve();
  const ids = [...before, ...(await during)];

  expect(new Set(ids).size).toBe(2 * startsEach);
  for (const id of ids) {
    const run = await eventually(`run ${id} can be read`, () => client.readRun(id), recoveredMs).then(() =>
      client.endOf(id, recoveredMs),
    );
    expect(run).toMatchObject({ id, status: 'success' });
    const attempts = new Set(run.records.map(({ meta }) => meta.attempt)).size;
    const requests = requestsOf(id, shop);
    // One request for each attempt that the history shows; one that died may have sent none.
    expect(requests.length).toBeGreaterThanOrEqual(1);
    expect(requests.length).toBeLessThanOrEqual(attempts);
  }
  return ids;
};

describe('no accepted run is lost, stuck or doubled', () => {
  it.each(['command', 'query', 'gateway', 'event-store', 'nats', 'executor', 'postgres', 'scheduler'])(
    'when %s is killed in the middle of a load',
    async (part) => {
      await runsThrough(() => stack.kill(part));
      await stack.replaced(part);
    },
  );

  it('when relay is killed, and each of them is announced once', async () => {
    const ids = await runsThrough(() => stack.kill('relay'));
    await stack.replaced('relay');
    await using events = await completedEvents(stack.nats);
    const announced = (runs: readonly string[]) =>
      eventually('all are announced', () => runs.every((id) => events.of(id).length > 0), recoveredMs);
    await announced(ids);
    // Before it has noted how far it came, so that the next one repeats the last announcements.
    await stack.kill('relay');
    const later = await runsThrough(() => stack.replaced('relay'));
    await announced(later);
    expect([...ids, ...later].filter((id) => events.of(id).length !== 1)).toEqual([]);
  });

  it('when rules is killed while runs ask for a rate, and each has one decision', async () => {
    const tag = newTag();
    const select = { select_service: { strategy: 'cheapest' } };
    await client.make('create_shipping_rule', { name: `Cheapest ${tag}`, actions: select });
    const choose = {
      name: `Choose ${tag}`,
      action_type: 'select_rate',
      content_type: 'json',
      parameters_template:
        '{"shipment": {"parcels": [{"weight": 1, "weight_unit": "KG"}]}, "rates": {{parameters.rates}}}',
    };
    const workflow = await client.make('create_workflow', inline(`Choose ${tag}`, [choose]));
    const rate = { carrier_name: 'ups', carrier_id: 'ups', service: 'ups_ground', currency: 'USD' };
    const parameters = { rates: [{ ...rate, id: 'rat_1', total_charge: 5 }] };
    const start = () =>
      Promise.all(
        Array.from({ length: startsEach }, async () => {
          const input = { workflow_id: workflow.id, event_type: 'manual', parameters };
          return (await client.make('create_workflow_event', input)).id;
        }),
      );
    const before = start();
    await stack.kill('rules');
    const ids = [...(await before), ...(await start())];
    await stack.replaced('rules');
    for (const id of ids) {
      const run = await client.endOf(id, recoveredMs);
      expect(run).toMatchObject({ id, status: 'success', failure: null });
      const query = `{ rate_decisions(filter: { run_id: "${id}" }) { edges { node { selected_rate } } } }`;
      const { rate_decisions: decided } = await eventually('its decision is shown', async () => {
        const found = await client.query(query);
        return found.rate_decisions.edges.length > 0 ? found : undefined;
      });
      expect(decided.edges).toMatchObject([{ node: { selected_rate: { id: 'rat_1' } } }]);
    }
  });

  it('when executor, rules and command are killed while a rule holds their rates for a person', async () => {
    const tag = newTag();
    const hold = { further_actions: [{ type: 'hold', reason: 'Look.' }] };
    await client.make('create_shipping_rule', {
      name: `Look ${tag}`,
      condition: { field: 'shipment.tags', operator: 'contains', value: tag },
      ...hold,
    });
    const choose = {
      name: `Choose ${tag}`,
      action_type: 'select_rate',
      content_type: 'json',
      parameters_template: `{"shipment": {"tags": ["${tag}"]}, "rates": {{parameters.rates}}}`,
    };
    const workflow = await client.make('create_workflow', inline(`Held ${tag}`, [choose]));
    const rate = { carrier_name: 'ups', carrier_id: 'ups', service: 'ups_ground', currency: 'USD' };
    const rates = [
      { ...rate, id: 'rat_1', total_charge: 5 },
      { ...rate, id: 'rat_2', total_charge: 9 },
    ];
    const input = { workflow_id: workflow.id, event_type: 'manual', parameters: { rates } };
    const starting = Promise.all(
      Array.from({ length: 6 }, async () => (await client.make('create_workflow_event', input)).id),
    );
    await Promise.all([stack.kill('rules'), stack.kill('executor')]);
    const ids = await starting;
    const heldOf = (id: string) =>
      eventually(
        `${id} waits for its decision`,
        async () => {
          const query = `{ rate_decisions(filter: { run_id: "${id}", is_open: true }) { edges { node { id } } } }`;
          const [found] = (await client.query(query)).rate_decisions.edges;
          return (await client.readRun(id))?.state === 'parked' && found?.node.id;
        },
        recoveredMs,
      );
    const settle = async (id: string) => {
      const text = `mutation { settle_rate_decision(input: { id: "${id}", rate_id: "rat_2" }) { errors { messages } } }`;
      expect((await client.query(text)).settle_rate_decision.errors).toBeNull();
    };
    for (const id of ids) await settle(await heldOf(id));
    await Promise.all([stack.kill('rules'), stack.kill('command'), stack.kill('executor')]);
    for (const id of ids) {
      const run = await eventually(`${id} ends`, () => client.endOf(id, recoveredMs), recoveredMs);
      expect(run).toMatchObject({ status: 'success', failure: null });
      expect(recordsOf(run, `choose_${tag}`)).toMatchObject({
        'action-output': { output: { outcome: 'selected', selected_rate: { id: 'rat_2' } } },
      });
    }
    await Promise.all(['rules', 'command', 'executor'].map((part) => stack.replaced(part)));
  });

  it('when all JetStream streams are deleted', async () => {
    const deleteStreams = async () => {
      await using connection = await connectTo(stack.nats);
      const manager = await connection.jetstreamManager();
      for (const { name } of Object.values(jetStreams)) expect(await manager.streams.delete(name)).toBe(true);
    };
    await runsThrough(deleteStreams);
  });
});

describe('an event that was taken in', () => {
  it('has started its run once when command is killed meanwhile, over HTTP and over NATS', async () => {
    const kind = `order${newTag()}`;
    const actions = [mappingAction(`Note ${kind}`, '{}')];
    const { id: workflow_id } = await client.make('create_workflow', inline(`Note ${kind}`, actions));
    const event = { types: [`${kind}.created`] };
    await client.make('create_workflow_trigger', { workflow_id, trigger_type: 'event', event });
    const anEvent = (id: string) =>
      JSON.stringify({ specversion: '1.0', type: `${kind}.created`, source: '/shop', id });

    await using connection = await connectTo(stack.nats);
    const subject = subjects.incoming.matching({ org: await organisationOf(stack) }).replace('>', kind);
    // A stream that has just been deleted is made anew by who works it.
    const publish = (id: string) =>
      eventually(
        'the event is stored',
        () => connection.jetstream().publish(subject, anEvent(id)),
        recoveredMs,
      );
    const headers = { authorization: client.authorization, 'content-type': 'application/cloudevents+json' };
    const post = (id: string) =>
      eventually(
        'the event is taken in',
        async () => (await client.send('/v1/events', { headers, body: anEvent(id) })).status === 202,
        recoveredMs,
      );
    const sendAll = (name: string) =>
      Promise.all(
        Array.from({ length: 40 }, (_, index) => (index % 4 === 0 ? post : publish)(`${name} ${index}`)),
      );

    const before = sendAll('before');
    await stack.kill('command');
    await Promise.all([before, sendAll('during')]);
    await stack.replaced('command');
    const eventIds = async () => {
      const query = `query ($workflow_id: String!) { workflow_events(filter: { workflow_id: $workflow_id, first: 100 }) {
        edges { node { parameters } } } }`;
      const { edges } = (await client.query(query, { workflow_id })).workflow_events;
      return edges.map(({ node }: { node: { parameters: { id: string } } }) => node.parameters.id);
    };
    const ids = await eventually(
      'each has its run',
      async () => {
        const found = await eventIds();
        return new Set(found).size === 80 && found;
      },
      recoveredMs,
    );
    expect(ids).toHaveLength(80);
  });
});

const organisationOf = async ({ gateway }: Stack): Promise<string> => {
  const headers = { authorization: client.authorization };
  const response = await fetch(`${gateway}/v1/workflow_events/none`, { headers });
  return response.headers.get('x-org-id') ?? '';
};

const connectTo = async (servers: string) => {
  const connection = await connect({ servers });
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() });
};
