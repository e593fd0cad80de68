import { readFileSync } from 'node:fs';
import { buildSchema, Kind, parse, print, validate, type OperationDefinitionNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../src/graphql/schema.ts';
import { fill } from './dataset.ts';
import { ask } from './graphql-client.ts';
import { accepted, apiKey, projected, startGateway, type TestGateway } from './harness.ts';
import { operationText, sampleVariables } from './operation-text.ts';

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const contract = buildSchema(textOf('../contract/automation.graphql'));
const dashboard = parse(textOf('./dashboard.graphql'));

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  await fill(gateway.db, 3);
  await projected(gateway, 0);
  gateway.answerWith(({ name }) => accepted(idOf[name.replace(/^[a-z]+_/, '')] ?? 'wkfl_1'));
});
afterAll(() => gateway[Symbol.asyncDispose]());

const idOf: Readonly<Record<string, string>> = {
  workflow: 'wkfl_1',
  workflow_action: 'wact_1',
  workflow_connection: 'wcon_1',
  workflow_trigger: 'wtrg_1',
  metafield: 'metaf_1',
  shipping_rule: 'rule_1',
  workflow_event: 'wevt_1',
  run: 'wevt_1',
};

/** What each operation of a dashboard is sent with. */
const variablesOf: Readonly<Record<string, object>> = {
  GetWorkflows: { filter: { offset: 0, first: 20 } },
  GetScheduledWorkflows: { filter: { first: 20, trigger_type: 'scheduled' } },
  GetWorkflow: { id: 'wkfl_1' },
  GetWorkflowConnections: { filter: { keyword: 'connection', auth_type: 'basic' } },
  GetWorkflowActions: { filter: { action_type: 'http_request', first: 20 } },
  // The largest page with everything on it: within the limits of a query.
  GetWorkflowEvents: { filter: { first: 100, keyword: 'wkfl_1', parameters_key: ['debug'] } },
  GetWorkflowEvent: { id: 'wevt_1' },
  GetTracingRecords: { filter: { request_id: 'req_1', key: 'request' } },
  CreateWorkflow: {
    input: {
      name: 'Orders',
      description: '',
      metadata: null,
      template_slug: null,
      action_nodes: [{ order: 1, index: 0 }],
      actions: [
        {
          name: 'Shop',
          action_type: 'http_request',
          method: 'post',
          host: 'http://shop.test',
          parameters_template: '{}',
          connection: {
            name: 'Shop',
            auth_type: 'api_key',
            metafields: [{ key: 'api_key', type: 'password', value: 's' }],
          },
        },
      ],
      trigger: { trigger_type: 'webhook', secret_key: 'X-Secret', secret: 's' },
    },
  },
  UpdateWorkflow: { input: { id: 'wkfl_1', name: 'Orders', action_nodes: [{ order: 1, slug: 'a1' }] } },
  ExecuteWorkflow: { input: { workflow_id: 'wkfl_1', event_type: 'manual', parameters: { debug: true } } },
  CancelWorkflowEvent: { input: { id: 'wevt_1' } },
  DeleteWorkflow: { input: { id: 'wkfl_1' } },
  ValidateCronExpression: { input: { expression: '0 9 * * *' } },
  GetShippingRules: { filter: { offset: 0, first: 20, keyword: 'rule', is_active: true } },
  GetShippingRule: { id: 'rule_1' },
  CreateShippingRule: {
    input: {
      name: 'Cheapest at home',
      description: '',
      priority: 100,
      is_active: true,
      conditions: {
        destination: { country_code: 'US' },
        weight: { min: 0, max: 50, unit: 'lb' },
        rate_comparison: { compare: 'total_charge', operator: 'lte', value: 25 },
      },
      actions: { select_service: { strategy: 'cheapest', carrier_code: 'usps' } },
    },
  },
  UpdateShippingRule: { input: { id: 'rule_1', is_active: false } },
  DeleteShippingRule: { input: { id: 'rule_1' } },
  CreateWorkflowConnection: {
    input: {
      name: 'Shop',
      auth_type: 'basic',
      metafields: [{ key: 'password', type: 'password', value: 's', is_required: true }],
    },
  },
  UpdateWorkflowTrigger: { input: { id: 'wtrg_1', schedule: '0 6 * * *' } },
  TriggerScheduledWorkflow: { trigger_id: 'wtrg_1' },
  GetMetafields: { filter: { object_type: 'workflow_connection', type: 'text' } },
  CreateMetafield: { input: { key: 'region', type: 'number', value: 1.5 } },
};

const operations = dashboard.definitions.filter(
  (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
);

/** Nothing was refused at any level of an answer. */
const faultsIn = (body: { errors?: unknown; data?: Record<string, { errors?: unknown } | null> | null }) => [
  ...(body.errors ? [body.errors] : []),
  ...Object.values(body.data ?? {}).flatMap((answer) => answer?.errors ?? []),
];

describe('what a dashboard sends', () => {
  it('is an operation of the contract, and one of ours', () => {
    expect(validate(contract, dashboard)).toEqual([]);
    expect(validate(schema, dashboard)).toEqual([]);
  });

  it.each(operations.map((operation) => [operation.name?.value ?? '', operation] as const))(
    '%s is answered in full',
    async (name) => {
      const response = await fetch(`${gateway.url}/graphql/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Token ${apiKey}` },
        body: JSON.stringify({ query: print(dashboard), operationName: name, variables: variablesOf[name] }),
      });
      const body = await response.json();
      expect(faultsIn(body)).toEqual([]);
      const lists = Object.values<{ edges?: readonly unknown[] }>(body.data).flatMap(({ edges }) =>
        edges ? [edges] : [],
      );
      for (const edges of lists) expect(edges.length).toBeGreaterThan(0);
    },
  );

  it('shows a run by the keys and meta data that its tabs are joined on', async () => {
    const query = '{ workflow_event(id: "wevt_1") { records { key record meta } } }';
    const { records } = (await ask(gateway, query)).body.data.workflow_event;
    const ofKey = (wanted: string) => records.find(({ key }: { key: string }) => key === wanted);
    for (const key of ['action-input', 'request', 'response', 'action-output']) {
      expect(ofKey(key)).toMatchObject({
        meta: {
          workflow_action_slug: 'a1',
          workflow_action_id: 'wact_1',
          workflow_event_id: 'wevt_1',
          workflow_id: 'wkfl_1',
          request_id: 'req_1',
          object_id: 'wevt_1',
        },
        record: { action_name: 'a1', format: 'json', request_id: 'req_1' },
      });
    }
    expect(ofKey('action-output').record).toMatchObject({ status: 'success', output: [] });
    expect(ofKey('request').record).toMatchObject({ url: 'http://shop.test/' });
  });
});

describe('every operation of the contract, asking for all that the contract has,', () => {
  const fieldsOf = (kind: 'query' | 'mutation') =>
    Object.values(
      (kind === 'query' ? contract.getQueryType() : contract.getMutationType())?.getFields() ?? {},
    ).map((field) => [`${kind} ${field.name}`, kind, field] as const);

  it.each([...fieldsOf('query'), ...fieldsOf('mutation')])('%s is answered', async (_, kind, field) => {
    const ids = { id: idOf[field.name] ?? 'x', trigger_id: 'wtrg_1' };
    const variables = sampleVariables(field.args, ids);
    const { body } = await ask(gateway, operationText(kind, field), variables);
    expect(body.errors).toBeUndefined();
    // What there is by its id is answered, and not as if it were not there.
    const isThere = kind === 'query' && idOf[field.name] !== undefined;
    expect([body.data[field.name] === null, isThere]).not.toEqual([true, true]);
    expect(body.data).toHaveProperty(field.name);
  });
});

describe('function_call', () => {
  it('is an action type that the contract knows, and is refused with what to do instead', async () => {
    const mutation = `mutation { create_workflow_action(input: { name: "f", action_type: function_call }) {
      errors { field messages code } workflow_action { id } } }`;
    const { body } = await ask(gateway, mutation);
    expect(body.data.create_workflow_action).toEqual({
      workflow_action: null,
      errors: [
        {
          field: 'action_type',
          messages: [expect.stringContaining('http_request, or compute by data_mapping')],
          code: 'validation',
        },
      ],
    });
    const listed = await ask(
      gateway,
      '{ workflow_actions(filter: { action_type: function_call }) { edges { cursor } } }',
    );
    expect(listed.body.data.workflow_actions.edges).toEqual([]);
  });
});
