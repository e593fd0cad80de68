import type { Command } from '@karrio/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from './graphql-client.ts';
import {
  accepted,
  addRun,
  addTrigger,
  addWorkflow,
  projected,
  startGateway,
  strangerKey,
  testKey,
  type TestGateway,
} from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const payloadOf = (command: Command | undefined) => JSON.parse(JSON.stringify(command?.payload));

const createWorkflow = `mutation ($input: CreateWorkflowMutationInput!) {
  create_workflow(input: $input) {
    errors { field messages }
    workflow { id name is_active trigger { trigger_type secret secret_set secret_key } }
  }
}`;

describe('a query', () => {
  it('needs an API key, and says which header to send', async () => {
    const { status, body, headers } = await ask(
      gateway,
      '{ workflows { page_info { count } } }',
      {},
      { key: null },
    );
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Token');
    expect(body.errors).toEqual([
      expect.objectContaining({
        code: 'authentication_required',
        message: expect.stringContaining('Authorization: Token key_'),
      }),
    ]);
  });

  it('is refused with a key that does not exist', async () => {
    const { status, body } = await ask(gateway, '{ __typename }', {}, { key: `key_${'f'.repeat(32)}` });
    expect(status).toBe(401);
    expect(body.errors).toEqual([expect.objectContaining({ code: 'invalid_token' })]);
  });

  it.each(['Bearer', 'Basic'])('takes the key in the scheme %s too', async (scheme) => {
    const credentials = scheme === 'Basic' ? Buffer.from(`${testKey}:`).toString('base64') : testKey;
    const headers = { authorization: `${scheme} ${credentials}`, 'x-request-id': 'my-request.1' };
    const answer = await ask(gateway, '{ workflows { page_info { count } } }', {}, { key: null, headers });
    expect(answer.body.errors).toBeUndefined();
    expect(answer.headers.get('x-request-id')).toBe('my-request.1');
    expect(answer.headers.get('x-test-mode')).toBe('true');
    expect(answer.headers.get('x-org-id')).toBe('org_1');
  });

  it.each([
    ['its own', 'org_1', 200],
    ['another one', 'org_2', 403],
  ])('with a key is for the organisation of the key, and the header may name %s', async (_, org, status) => {
    const query = '{ workflows { page_info { count } } }';
    const answer = await ask(gateway, query, {}, { headers: { 'x-org-id': org } });
    expect(answer.status).toBe(status);
    expect(answer.body.errors?.map(({ code }: { code: string }) => code)).toEqual(
      status === 200 ? undefined : ['forbidden'],
    );
  });

  it('for the schema needs no key', async () => {
    const { status, body } = await ask(gateway, '{ __schema { queryType { name } } }', {}, { key: null });
    expect([status, body]).toEqual([200, { data: { __schema: { queryType: { name: 'Query' } } } }]);
  });

  it('beside the schema still needs a key', async () => {
    const query = '{ __typename ... on Query { workflows { page_info { count } } } }';
    expect((await ask(gateway, query, {}, { key: null })).status).toBe(401);
  });

  it('shows nothing of another organisation', async () => {
    const { id } = await addWorkflow(gateway);
    const query = 'query ($id: String!) { workflow(id: $id) { id } }';
    expect((await ask(gateway, query, { id })).body.data).toEqual({ workflow: { id } });
    expect((await ask(gateway, query, { id }, { key: strangerKey })).body.data).toEqual({ workflow: null });
  });

  it('shows a run with its workflow, its durations and its timeline', async () => {
    const { id } = await addWorkflow(gateway, { action_nodes: [{ order: 1, slug: 'gone' }] });
    const run = await addRun(gateway, { workflow_id: id });
    const query = `query ($id: String!) { workflow_event(id: $id) {
      object_type status event_type duration_ms parameters records { key }
      workflow { id object_type actions { id connection { id } metafields { key } } action_nodes { order slug } }
    } }`;
    expect((await ask(gateway, query, { id: run.id })).body).toEqual({
      data: {
        workflow_event: {
          object_type: 'workflow_event',
          status: 'success',
          event_type: 'webhook',
          duration_ms: 1500,
          parameters: { a: 1 },
          records: [],
          workflow: {
            id,
            object_type: 'workflow',
            actions: [],
            action_nodes: [{ order: 1, slug: 'gone' }],
          },
        },
      },
    });
  });

  it('lists a workflow’s runs in the mode of the key', async () => {
    const { id } = await addWorkflow(gateway);
    const live = await addRun(gateway, { workflow_id: id });
    const test = await addRun(gateway, { workflow_id: id, test_mode: true });
    const query = 'query ($id: String!) { workflow(id: $id) { events { edges { node { id } } } } }';
    const listed = async (key?: string) => {
      const { body } = await ask(gateway, query, { id }, key === undefined ? {} : { key });
      return body.data.workflow.events.edges.map((edge: { node: { id: string } }) => edge.node.id);
    };
    expect([await listed(), await listed(testKey)]).toEqual([[live.id], [test.id]]);
  });

  it('pages truthfully', async () => {
    for (const n of [1, 2, 3]) {
      await addWorkflow(gateway, {
        org_id: 'org_2',
        created_at: `2026-11-2${n}T00:00:00.000Z`,
        name: `w${n}`,
      });
    }
    const query = `query ($filter: WorkflowFilter) { workflows(filter: $filter) {
      page_info { count has_next_page has_previous_page start_cursor end_cursor } edges { cursor node { name } } } }`;
    const page = async (filter: object) =>
      (await ask(gateway, query, { filter }, { key: strangerKey })).body.data.workflows;
    const first = await page({ first: 2 });
    expect(first.edges.map((edge: { node: { name: string } }) => edge.node.name)).toEqual(['w3', 'w2']);
    expect(first.page_info).toMatchObject({ count: 3, has_next_page: true, has_previous_page: false });
    const last = await page({ first: 2, offset: 2 });
    expect(last.edges).toHaveLength(1);
    expect(last.page_info).toEqual({
      count: 3,
      has_next_page: false,
      has_previous_page: true,
      start_cursor: last.edges[0].cursor,
      end_cursor: last.edges[0].cursor,
    });
  });
});

describe('bad input', () => {
  const errorOf = async (query: string, variables: object = {}) =>
    (await ask(gateway, query, variables)).body.errors[0];

  it('that is no GraphQL is answered with the place of the fault', async () => {
    expect(await errorOf('{ workflows { ')).toMatchObject({
      message: expect.stringContaining('Syntax Error'),
      locations: [{ line: 1, column: 15 }],
    });
  });

  it('that names an unknown field is answered with the nearest', async () => {
    const { message } = await errorOf('{ workflow(id: "x") { nam } }');
    expect(message).toBe('Cannot query field "nam" on type "WorkflowType". Did you mean "name"?');
  });

  it('that asks for too large a page is answered with the range', async () => {
    expect(await errorOf('{ workflows(filter: { first: 101 }) { edges { cursor } } }')).toMatchObject({
      code: 'validation',
      message: 'filter.first is 101; it must be between 1 and 100.',
    });
  });

  it('that would cost too much is refused before it is executed', async () => {
    const nested =
      '{ workflows(filter: { first: 100 }) { edges { node { events(filter: { first: 100 }) { edges { node { id status created_at parameters } } } } } } }';
    expect(await errorOf(nested)).toMatchObject({ code: 'query_too_complex' });
  });

  it('that has more tokens than any sensible query is refused', async () => {
    expect((await errorOf(`{ ${'a '.repeat(6_000)} }`)).message).toContain('5000 tokens');
  });

  it('that holds a NUL character is answered with the place of it', async () => {
    expect(await errorOf('query ($id: String!) { workflow(id: $id) { id } }', { id: 'a\0b' })).toMatchObject({
      code: 'validation',
      message: expect.stringContaining('id must not contain the character NUL'),
    });
    const query =
      'query ($keys: [String!]) { workflow_events(filter: { parameters_key: $keys }) { edges { cursor } } }';
    expect(await errorOf(query, { keys: ['a', '\0'] })).toMatchObject({
      message: expect.stringContaining('filter.parameters_key.1 must not contain'),
    });
  });

  it('that is malformed JSON is answered with the place of the fault', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query": }',
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { errors: [expect.objectContaining({ message: expect.stringContaining('position 10') })] },
    ]);
  });

  it('that is larger than the limit is refused with the limit', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', body: 'x'.repeat(20_001) });
    expect([response.status, await response.json()]).toEqual([
      413,
      { errors: [expect.objectContaining({ message: expect.stringContaining('20000 bytes') })] },
    ]);
  });

  it('at an unknown address is answered with where to go', async () => {
    const response = await fetch(`${gateway.url}/nowhere`);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('POST /graphql')]);
  });
});

describe('a mutation', () => {
  it('answers with the entity once the read models show it, its secret sealed on the way', async () => {
    gateway.answerWith(async ({ org }) => {
      const { id } = await addWorkflow(gateway, { org_id: org, name: 'Sealed' });
      await addTrigger(gateway, id, { secret_key: 'X-Secret', sealed_secret: 'v1.x' });
      // After the reply: the gateway has to wait for it.
      setImmediate(() => void projected(gateway, 70));
      return accepted(id, 70);
    });
    const trigger = { trigger_type: 'webhook', secret: 'open sesame', secret_key: 'X-Secret' };
    const { body } = await ask(gateway, createWorkflow, {
      input: { name: 'Sealed', action_nodes: [], trigger },
    });
    expect(body.data.create_workflow).toEqual({
      errors: null,
      workflow: {
        id: expect.stringMatching(/^wkfl_/),
        name: 'Sealed',
        is_active: true,
        trigger: { trigger_type: 'webhook', secret: null, secret_set: true, secret_key: 'X-Secret' },
      },
    });
    const sent = gateway.commands.at(-1);
    expect(payloadOf(sent).trigger).toEqual({
      triggerType: 'webhook',
      secretKey: 'X-Secret',
      sealedSecret: {
        sealed: expect.stringMatching(/^v2\./),
        fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      },
    });
    expect(JSON.stringify(sent)).not.toContain('open sesame');
  });

  it('sees its effect also where no announcement came', async () => {
    const { id } = await addWorkflow(gateway);
    gateway.answerWith(async () => {
      await projected(gateway, 80, false);
      return accepted(id, 80);
    });
    const mutation =
      'mutation ($id: String!) { deactivate_workflow(input: { id: $id }) { workflow { id } errors { field } } }';
    expect((await ask(gateway, mutation, { id })).body.data.deactivate_workflow).toEqual({
      workflow: { id },
      errors: null,
    });
  });

  it('is decided on nothing older than what the organisation has written before', async () => {
    gateway.answerWith(() => accepted('wkfl_x', 85));
    await projected(gateway, 85);
    const mutation = 'mutation { delete_workflow(input: { id: "wkfl_x" }) { id } }';
    await ask(gateway, mutation);
    await ask(gateway, mutation);
    expect(gateway.commands.at(-1)).toMatchObject({ name: 'delete_workflow', org: 'org_1', seen: '85' });
  });

  it('says in its command from where it came, and with which key', async () => {
    gateway.answerWith(() => accepted('wkfl_none'));
    await projected(gateway, 0);
    const input = { name: 'Traced', action_nodes: [] };
    const headers = { 'user-agent': 'shop/1.0', 'x-request-id': 'my-request.2' };
    await ask(gateway, createWorkflow, { input }, { headers });
    const { actor, origin } = gateway.commands.at(-1) ?? {};
    expect(origin).toEqual({
      ip: '127.0.0.1',
      userAgent: 'shop/1.0',
      credential: actor,
      requestId: 'my-request.2',
    });
  });

  it('is the same command when it is repeated with its Idempotency-Key, and another one without', async () => {
    gateway.answerWith(() => accepted('wkfl_x', 0));
    const mutation = 'mutation { delete_workflow(input: { id: "wkfl_x" }) { id } }';
    const sent = async (headers: Record<string, string>) => {
      await ask(gateway, mutation, {}, { headers });
      return gateway.commands.at(-1)?.id;
    };
    const key = { 'idempotency-key': 'k1' };
    expect(await sent(key)).toBe(await sent(key));
    expect(await sent({})).not.toBe(await sent({}));
    expect(await sent(key)).not.toBe(await sent({ 'idempotency-key': 'k2' }));
  });

  it('with wrong fields is answered by their paths, and nothing is sent', async () => {
    const before = gateway.commands.length;
    const input = { name: ' ', action_nodes: [{ order: -1 }], actions: [{ name: 'x'.repeat(60) }] };
    const { body } = await ask(gateway, createWorkflow, { input });
    expect(body.data.create_workflow.workflow).toBeNull();
    expect(body.data.create_workflow.errors.map(({ field }: { field: string }) => field)).toEqual([
      'name',
      'action_nodes[0].order',
      'actions[0].name',
    ]);
    expect(gateway.commands.length).toBe(before);
  });

  it('that the write side refuses is answered by the paths of the input', async () => {
    gateway.answerWith(() => ({
      rejected: {
        code: 'invalid',
        errors: [{ field: 'actionNodes[0].slug', messages: ['No action has this slug.'] }],
      },
    }));
    const { body } = await ask(gateway, createWorkflow, {
      input: { name: 'n', action_nodes: [{ order: 1, slug: 'x' }] },
    });
    expect(body.data.create_workflow).toEqual({
      errors: [{ field: 'action_nodes[0].slug', messages: ['No action has this slug.'] }],
      workflow: null,
    });
  });

  it('says that it comes from a test key, since what a trigger starts follows from it', async () => {
    const mutation = `mutation ($input: CreateWorkflowTriggerMutationInput!) {
      create_workflow_trigger(input: $input) { errors { field } } }`;
    const input = { workflow_id: 'wkfl_1', trigger_type: 'manual', test_mode: false };
    gateway.answerWith(() => accepted('wtrg_1', 0));
    await ask(gateway, mutation, { input }, { key: testKey });
    expect(gateway.commands.at(-1)).toMatchObject({ testMode: true, payload: { testMode: false } });
    await ask(gateway, mutation, { input: { ...input, test_mode: null } });
    expect(gateway.commands.at(-1)).not.toHaveProperty('testMode');
    expect(payloadOf(gateway.commands.at(-1))).not.toHaveProperty('testMode');
  });

  it('starts a run with the parameters as they are', async () => {
    const { id: workflowId } = await addWorkflow(gateway);
    gateway.answerWith(async (command) => {
      const { runId } = payloadOf(command);
      await addRun(gateway, { id: runId, workflow_id: workflowId, status: 'pending' });
      return accepted(runId, 0);
    });
    const mutation = `mutation ($input: CreateWorkflowEventMutationInput!) {
      create_workflow_event(input: $input) { errors { field } workflow_event { id status } } }`;
    const parameters = { order_id: 7, nested_list: [{ some_key: null }] };
    const { body } = await ask(gateway, mutation, {
      input: { workflow_id: workflowId, event_type: 'manual', parameters },
    });
    expect(payloadOf(gateway.commands.at(-1))).toEqual({
      runId: body.data.create_workflow_event.workflow_event.id,
      workflowId,
      eventType: 'manual',
      testMode: false,
      parameters,
    });
  });
});

it('offers a page to try queries on', async () => {
  const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
  expect([response.status, await response.text()]).toEqual([
    200,
    expect.stringContaining('Karrio Workflow Engine'),
  ]);
});
