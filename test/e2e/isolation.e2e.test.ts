import { eventually } from '@karrio/testing';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient, type Client } from './support/gateway-client.ts';
import { openLiveSocket } from './support/live-socket.ts';
import { restPlacesOf, type RestPlace } from './support/rest-walk.ts';
import { openShop } from './support/shop-stub.ts';
import { httpAction, newTag } from './support/workflow.ts';
import {
  documentOf,
  anyId,
  neverWas,
  operationsOf,
  placesOf,
  subscriptionsOf,
  withoutIds,
  type Call,
  type Operation,
} from './support/walk.ts';

const stack = inject('stack');
const first = gatewayClient(stack);

/** Stands in everything that a tenant calls something. */
const canary = (tag: string) => `canary-${tag}`;

/** The type of events that its workflow listens to. */
const eventOf = (tag: string) => `walk.${tag}`;

type Tenant = Readonly<{
  client: Client;
  key: string;
  ids: readonly string[];
  /** Its trigger of events. */
  listening: string;
  tag: string;
}>;

/** One that has something of every kind, and the id of each. */
const newTenant = async (): Promise<Tenant> => {
  await using shop = await openShop({ '/': () => ({ body: {} }) });
  const tag = newTag();
  const name = canary(tag);
  const { create_organization: made } = await first.query(
    `mutation { create_organization(input: { name: "${name}" }) { errors { field messages } organization { id } key } }`,
  );
  const client = gatewayClient({ ...stack, apiKey: made.key });
  const workflow = await client.make('create_workflow', {
    name,
    actions: [
      {
        ...httpAction(name, shop.url, '/'),
        connection: { name, auth_type: 'api_key', metafields: [{ key: name, type: 'text', value: name }] },
      },
    ],
    action_nodes: [{ order: 1, index: 0 }],
    trigger: { trigger_type: 'scheduled', schedule: '0 0 1 1 *' },
  });
  const run = await client.make('create_workflow_event', {
    workflow_id: workflow.id,
    event_type: 'manual',
    parameters: { note: name },
  });
  await client.endOf(run.id);
  const listening = await client.make('create_workflow_trigger', {
    workflow_id: workflow.id,
    trigger_type: 'event',
    event: { types: [eventOf(tag)] },
  });
  const others = await client.query(`mutation {
    create_metafield(input: { key: "${name}", type: text, value: "${name}" }) { metafield { id } }
    create_shipping_rule(input: { name: "${name}", actions: { select_service: { strategy: cheapest } } }) { errors { field messages } shipping_rule { id } }
    create_api_key(input: { name: "${name}", role: viewer }) { api_key { id } }
    invite_member(input: { email: "${name}@example.com", role: viewer }) { token }
  }`);
  // By the one rule there is, so that the decision is found by it.
  const rates = await client.query(
    `mutation ($shipment: JSON!, $rates: [JSON!]!) {
      select_rate(input: { shipment: $shipment, rates: $rates }) { rate_decision { id } }
      backtest_shipping_rules(input: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }) { id }
    }`,
    { shipment: { tags: [name] }, rates: [{ id: name, carrier_name: 'ups', total_charge: 1 }] },
  );
  await eventually('its backtest is over', async () => {
    const query = 'query ($id: String!) { shipping_rule_backtest(id: $id) { status } }';
    const { shipping_rule_backtest: found } = await client.query(query, rates.backtest_shipping_rules);
    return found.status !== 'running';
  });
  const { token } = others.invite_member;
  const { status } = await fetch(`${stack.gateway}/v1/auth/invitations/accept`, {
    method: 'POST',
    body: JSON.stringify({ token, password: 'correct horse battery' }),
  });
  expect(status).toBe(200);
  const lists = await client.query(`{
    workflow_connections { edges { node { id } } }
    members { id }
    tracing_records { edges { node { id } } }
  }`);
  const again = await client.query(
    'mutation { invite_member(input: { email: "other@example.com", role: viewer }) { invitation { id } } }',
  );
  // The audit log is made of the log in its order: with the last thing in it, all is told.
  await eventually('all that it did is told', async () => {
    const { audit_log } = await client.query(
      '{ audit_log(filter: { action: "invite_member" }) { edges { cursor } } }',
    );
    return audit_log.edges.length === 2;
  });
  const found = JSON.stringify([made.organization, workflow, run.id, others, rates, lists, again]);
  const ids = [...new Set(found.match(anyId))].sort();
  return { client, key: made.key, ids, listening: listening.id, tag };
};

/** One of each kind: what comes before the underscore. */
const oneOfEach = (ids: readonly string[]) => [...new Map(ids.map((id) => [id.split('_')[0], id])).values()];

let one: Tenant;
let two: Tenant;
let operations: readonly Operation[];

let subscriptions: readonly Operation[];

beforeAll(async () => {
  [one, two] = [await newTenant(), await newTenant()];
  const { body } = await first.ask(getIntrospectionQuery());
  const schema = buildClientSchema(body.data);
  operations = operationsOf(schema);
  subscriptions = subscriptionsOf(schema);
}, 120_000);

/** As many as one request may ask. */
const callsMax = 25;

/** The answers to each call, apart. */
const answersTo = async (tenant: Tenant, calls: readonly Call[]): Promise<readonly unknown[]> => {
  const answers = await answersToSome(tenant, calls.slice(0, callsMax));
  return calls.length > callsMax
    ? [...answers, ...(await answersTo(tenant, calls.slice(callsMax)))]
    : answers;
};

const answersToSome = async (tenant: Tenant, calls: readonly Call[]): Promise<readonly unknown[]> => {
  const { body } = await tenant.client.ask(documentOf(calls));
  // Where one that fails takes the others along, each is asked by itself.
  if (!body.data && calls.length > 1)
    return Promise.all(calls.flatMap((call) => answersToSome(tenant, [call])));
  const errors: readonly { readonly path?: readonly unknown[]; readonly message: string }[] =
    body.errors ?? [];
  return calls.map((_, index) => ({
    data: body.data?.[`a${index}`],
    errors: errors.flatMap(({ path, message }) => (!path || path[0] === `a${index}` ? [message] : [])),
  }));
};

/** Whether calls are answered otherwise than those about nothing; no more are made than it takes to know. */
const tells = async (
  tenant: Tenant,
  calls: readonly Call[],
  nothing: readonly unknown[],
): Promise<boolean> => {
  if (calls.length === 0) return false;
  const answers = await answersToSome(tenant, calls.slice(0, callsMax));
  return (
    differing(answers, nothing).length > 0 || tells(tenant, calls.slice(callsMax), nothing.slice(callsMax))
  );
};

/** An operation asked about each id in each place that takes one; where none does, asked once. */
const callsOf = (operation: Operation, ids: readonly string[]): readonly Call[] => {
  const places = placesOf(operation);
  return places.length === 0
    ? [{ operation, id: '', place: undefined }]
    : places.flatMap((place) => ids.map((id) => ({ operation, id, place })));
};

const differing = (some: readonly unknown[], others: readonly unknown[]) =>
  some.flatMap((each, index) =>
    withoutIds(each) === withoutIds(others[index]) ? [] : [{ each, other: others[index] }],
  );

/** All that a tenant can list of its own, by operation. */
const everythingOf = async (tenant: Tenant): Promise<Readonly<Record<string, string>>> => {
  const lists = operations.filter(
    ({ kind, field }) => kind === 'query' && field.args.every(({ type }) => !String(type).endsWith('!')),
  );
  const answers = await Promise.all(
    lists.map(async (operation) => {
      const { body } = await tenant.client.ask(documentOf([{ operation, id: '', place: undefined }]));
      // Asking is itself a use of the key.
      const text = JSON.stringify(body).replaceAll(/"last_used_at":(null|"[^"]*")/g, '');
      return [operation.field.name, text] as const;
    }),
  );
  return Object.fromEntries(answers.filter(([, text]) => text.includes(tenant.tag)));
};

/**
 * Operations that answer the walk alike about one's own things and about nothing, and why. They are asked all the
 * same, and show nothing of the other's.
 */
const blindByNature: Readonly<Record<string, string>> = {
  metafields: 'is filtered by key and kind',
  workflows: 'is filtered by name',
  scheduled_workflows: 'is filtered by name',
  workflow_templates: 'the catalogue is everybody’s',
  workflow_action_templates: 'the catalogue is everybody’s',
  workflow_connection_templates: 'the catalogue is everybody’s',
  trigger_slots: 'no slot of a yearly schedule was due yet',
  shipping_rule_templates: 'the catalogue is everybody’s',
  shipping_rule_warnings: 'there is nothing to find about a rule that stands alone',
  simulate_shipping_rules: 'tries what it is given; an id in a draft is looked at once its facts are right',
  backtest_shipping_rules: 'an id in a draft is looked at once its period is right',
  create_shipping_rule: 'makes something new, and names nothing that is there',
  parked_workflow_events: 'nothing is parked here',
  resolve_parked_workflow_events: 'nothing is parked here',
  tracing_records: 'ids of records are made when they are shown',
  create_metafield: 'makes something new; an id is that of its owner, which the walk does not write',
  create_workflow: 'makes something new; the ids in it are looked at once all else is right',
  create_workflow_connection: 'makes something new; an id in it is that of a metafield to keep',
};

describe('two organisations', () => {
  it('find nothing of each other by any operation of the schema, not even that it exists', async () => {
    const before = await everythingOf(one);
    expect(Object.keys(before).length).toBeGreaterThan(5);
    const told: Record<string, unknown> = {};
    const blind: string[] = [];
    for (const operation of operations) {
      const { name } = operation.field;
      const ask = (ids: readonly string[]) => answersTo(two, callsOf(operation, ids));
      const foreign = await ask(oneOfEach(one.ids));
      const nothing = await ask(oneOfEach(one.ids).map(neverWas));
      const found = differing(foreign, nothing);
      if (found.length > 0) told[name] = found;
      if (JSON.stringify(foreign).includes(one.tag)) told[name] = foreign;
      if (placesOf(operation).length === 0) continue;
      if (!(await tells(two, callsOf(operation, oneOfEach(two.ids)), nothing))) blind.push(name);
    }
    expect(told).toEqual({});
    // An operation that is new comes here: make the walk reach it, or say why it cannot.
    expect(blind.filter((name) => !(name in blindByNature))).toEqual([]);
    expect(await everythingOf(one)).toEqual(before);
  }, 300_000);

  it('answer over REST for the other’s as for what never was, at every address', async () => {
    const three = await newTenant();
    const document = await (await fetch(`${stack.gateway}/openapi.json`)).json();
    // What takes things away comes last.
    const places = restPlacesOf(document).toSorted((a, b) => rankOf(a) - rankOf(b));
    const told: Record<string, unknown> = {};
    const blind: string[] = [];
    for (const place of places) {
      const ask = (ids: readonly string[]) =>
        Promise.all(ids.map((id) => restAnswer(place, id, `Token ${three.key}`)));
      const foreign = await ask(oneOfEach(one.ids));
      const nothing = await ask(oneOfEach(one.ids).map(neverWas));
      const found = differing(foreign, nothing);
      if (found.length > 0 || JSON.stringify(foreign).includes(one.tag)) told[place.name] = found;
      const own = await ask(oneOfEach(three.ids));
      if (differing(own, nothing).length === 0) blind.push(place.name);
    }
    expect(told).toEqual({});
    expect(blind.filter((name) => !(name in blindRest))).toEqual([]);
    expect(places.length).toBeGreaterThan(30);
  }, 120_000);

  it('are called by nobody but their own, and start nothing of each other by an event', async () => {
    // The other’s workflow has no webhook: to who has no key its addresses lead nowhere.
    const [workflow = '', trigger = ''] = ['wkfl_', 'wtrg_'].map((kind) =>
      one.ids.find((id) => id.startsWith(kind)),
    );
    const triggers = [trigger, one.listening].map((id) => `/v1/webhooks/${id}`);
    for (const address of [...triggers, `/v1/workflows/${workflow}/trigger`]) {
      for (const authorization of ['', `Token key_${'0'.repeat(32)}`, `Token ${two.key}`]) {
        const of = (path: string) => ({ name: path, method: 'POST', path: () => path, body: '{}' });
        const asked = await restAnswer(of(address), '', authorization);
        const nothing = address.replace(/\w{32}/, '0'.repeat(32));
        expect([address, asked]).toEqual([address, await restAnswer(of(nothing), '', authorization)]);
      }
    }
    const send = async ({ client }: Tenant, type: string, query = '') => {
      const event = { specversion: '1.0', id: newTag(), source: '/walk', type };
      const headers = { authorization: client.authorization, 'content-type': 'application/cloudevents+json' };
      const { body } = await client.send('/v1/events', { query, headers, body: JSON.stringify(event) });
      return withoutIds(body.events).replaceAll(/"(id|type)":"[^"]*"/g, '');
    };
    for (const query of ['', '?dry_run=true']) {
      const mine = await send(one, eventOf(one.tag), query);
      const theirs = await send(two, eventOf(one.tag), query);
      expect(theirs).toBe(await send(two, eventOf('nobody'), query));
      expect(mine).not.toBe(theirs);
    }
  });

  it('hear nothing of each other by any subscription', async () => {
    const [listener, speaker] = [await newTenant(), await newTenant()];
    await using socket = openLiveSocket({ ...stack, apiKey: listener.key });
    const heard: string[] = [];
    const watch = async (call: Call) => {
      for await (const result of socket.watch(documentOf([call]))) heard.push(JSON.stringify(result));
    };
    const callsAbout = (ids: readonly string[]) =>
      subscriptions.flatMap((operation) =>
        placesOf(operation).flatMap((place) => ids.map((id) => ({ operation, id, place }))),
      );
    const run = speaker.ids.find((id) => id.startsWith('wevt_')) ?? '';
    const refusalOf = async (id: string) => {
      const { value } = await socket.watch(`subscription { workflow_event(id: "${id}") { cursor } }`).next();
      return withoutIds(value);
    };
    expect(await refusalOf(run)).toContain('No workflow event has this id');
    expect(await refusalOf(run)).toBe(await refusalOf(neverWas(run)));

    for (const call of callsAbout(oneOfEach(speaker.ids))) void watch(call);
    for (const operation of subscriptions)
      if (operation.field.name !== 'workflow_event') void watch({ operation, id: '', place: undefined });
    const change = async ({ client, ids, tag }: Tenant) => {
      const id = ids.find((each) => each.startsWith('wkfl_')) ?? '';
      const description = `${canary(tag)} ${newTag()}`;
      await client.make('update_workflow', { id, description });
      const run = await client.make('create_workflow_event', { workflow_id: id, event_type: 'manual' });
      return [description, run.id];
    };
    const isTold = (marks: readonly string[]) =>
      marks.every((mark) => heard.some((each) => each.includes(mark)));
    await eventually('all listen', async () => {
      await change(listener);
      return isTold(['"is_deleted":', '"workflow_event":{']);
    });
    // Over one socket, what was told before the last change is there before it.
    await change(speaker);
    const last = await change(listener);
    await eventually('its own changes are told', async () => isTold(last));
    expect(
      heard.filter((each) => each.includes(speaker.tag) || speaker.ids.some((id) => each.includes(id))),
    ).toEqual([]);
  });
});

/** A workflow takes its triggers along. */
const rankOf = ({ method, name }: RestPlace) =>
  ['GET', 'POST', 'PATCH', 'DELETE'].indexOf(method) + Number(name === 'DELETE /v1/workflows/{id}');

const restAnswer = async ({ method, path, body }: RestPlace, id: string, authorization: string) => {
  const response = await fetch(stack.gateway + path(id), {
    method,
    headers: {
      ...(authorization === '' ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const headers = [...response.headers.keys()].filter((name) => name !== 'content-length');
  return { status: response.status, headers, body: withoutIds(await response.text()) };
};

/** The same of addresses. */
const blindRest: Readonly<Record<string, string>> = {
  'GET /v1/workflow-events?trigger_id': 'no run was started by its trigger',
  'GET /v1/rate-decisions?run_id': 'no run asked for a rate',
  'DELETE /v1/auth/sessions/{id}': 'is of who is signed in, and a key is nobody',
  'GET /v1/tracing-records?request_log_id': 'finds nothing: requests have no numbers here',
};
