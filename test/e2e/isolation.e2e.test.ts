import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient, type Client } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import { httpAction, newTag } from './support/workflow.ts';
import {
  documentOf,
  neverWas,
  operationsOf,
  placesOf,
  withoutIds,
  type Call,
  type Operation,
} from './support/walk.ts';

const stack = inject('stack');
const first = gatewayClient(stack);

/** Stands in everything that a tenant calls something. */
const canary = (tag: string) => `canary-${tag}`;

type Tenant = Readonly<{ client: Client; key: string; ids: readonly string[]; tag: string }>;

/** One that has something of every kind, and the id of each. */
const newTenant = async (shop: string): Promise<Tenant> => {
  const tag = newTag();
  const name = canary(tag);
  const { create_organization: made } = await first.query(
    `mutation { create_organization(input: { name: "${name}" }) { errors { field messages } organization { id } key } }`,
  );
  const client = gatewayClient({ ...stack, apiKey: made.key });
  const workflow = await client.make('create_workflow', {
    name,
    actions: [{ ...httpAction(name, shop, '/'), connection: { name, auth_type: 'api_key' } }],
    action_nodes: [{ order: 1, index: 0 }],
    trigger: { trigger_type: 'scheduled', schedule: '0 0 1 1 *' },
  });
  const run = await client.make('create_workflow_event', {
    workflow_id: workflow.id,
    event_type: 'manual',
    parameters: { note: name },
  });
  await client.endOf(run.id);
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
  const found = JSON.stringify([made.organization, workflow, run.id, others, rates, lists, again]);
  const ids = [...new Set(found.match(/[a-z]+_[0-9a-f]{32}/g))].sort();
  return { client, key: made.key, ids, tag };
};

/** One of each kind: what comes before the underscore. */
const oneOfEach = (ids: readonly string[]) => [...new Map(ids.map((id) => [id.split('_')[0], id])).values()];

let one: Tenant;
let two: Tenant;
let operations: readonly Operation[];

beforeAll(async () => {
  await using shop = await openShop({ '/': () => ({ body: {} }) });
  [one, two] = [await newTenant(shop.url), await newTenant(shop.url)];
  const { body } = await first.ask(getIntrospectionQuery());
  operations = operationsOf(buildClientSchema(body.data));
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
  tracing_record: 'ids of records are made when they are shown',
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
      const own = await ask(oneOfEach(two.ids));
      if (differing(own, nothing).length === 0) blind.push(name);
    }
    expect(told).toEqual({});
    // An operation that is new comes here: make the walk reach it, or say why it cannot.
    expect(blind.filter((name) => !(name in blindByNature))).toEqual([]);
    expect(await everythingOf(one)).toEqual(before);
  }, 180_000);

  it('answer over REST for the other’s as for what never was', async () => {
    const run = one.ids.find((id) => id.startsWith('wevt_')) ?? '';
    const workflow = one.ids.find((id) => id.startsWith('wkfl_')) ?? '';
    const ask = async (method: string, path: string) => {
      const headers = { authorization: `Token ${two.key}` };
      const response = await fetch(stack.gateway + path, { method, headers });
      return { status: response.status, body: withoutIds(await response.json()) };
    };
    const asked = [
      ['GET', `/v1/workflow_events/${run}`, `/v1/workflow_events/${neverWas(run)}`],
      ['POST', `/v1/workflows/${workflow}/trigger`, `/v1/workflows/${neverWas(workflow)}/trigger`],
    ] as const;
    for (const [method, foreign, nothing] of asked) {
      const answer = await ask(method, foreign);
      expect(answer).toEqual(await ask(method, nothing));
      expect(answer.status).toBe(404);
    }
  });
});
