import { connect } from 'node:net';
import type { Command } from '@karrio/contracts';
import { directory, ensureDataKey, openVault, userIdOf } from '@karrio/vault';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../src/auth/password.ts';
import { openApiDocument } from '../src/openapi/openapi-document.ts';
import {
  accepted,
  addRun,
  addTrigger,
  addWorkflow,
  apiKey,
  masterKeys,
  projected,
  startGateway,
  startsSession,
  strangerKey,
  type TestGateway,
} from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

type Options = Readonly<{
  method?: string;
  body?: unknown;
  key?: string | null;
  headers?: Record<string, string>;
}>;

const call = async (path: string, { method = 'GET', body, key = apiKey, headers = {} }: Options = {}) => {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { ...(key === null ? {} : { authorization: `Token ${key}` }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const document = JSON.parse(JSON.stringify(openApiDocument()));

describe('the OpenAPI document', () => {
  it('is one, says the validator, and is served to everybody', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(await call('/openapi.json', { key: null })).toMatchObject({ status: 200, body: document });
  });

  it('has an id of its own for each operation', () => {
    const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(ids.length).toBeGreaterThan(30);
    expect(ids).toEqual([...new Set(ids)]);
  });
});

type Schema = Readonly<{
  $ref?: string;
  anyOf?: readonly Schema[];
  const?: unknown;
  enum?: readonly unknown[];
  type?: string;
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
}>;
type Content = Readonly<Record<string, Readonly<{ schema: Schema }>>>;
type Operation = Readonly<{
  tags: readonly string[];
  requestBody?: Readonly<{ content: Content }>;
  responses: Readonly<Record<string, Readonly<{ content: Content }>>>;
}>;

/** The least that a schema takes. */
const sampleOf = (schema: Schema): unknown => {
  if (schema.$ref) return sampleOf(document.components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  if (schema.anyOf) return sampleOf(schema.anyOf[0] ?? {});
  if (schema.const) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'object') {
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [name, sampleOf(schema.properties?.[name] ?? {})]),
    );
  }
  return { array: [], string: 'x', integer: 1, number: 1, boolean: true }[schema.type as string] ?? {};
};

const isJson = ({ responses }: Operation) =>
  Object.values(responses).some(({ content }) => content?.['application/json']);

const sampleBodyOf = ({ requestBody }: Operation) => {
  const [sent] = Object.entries(requestBody?.content ?? {});
  return sent ? { body: sampleOf(sent[1].schema), headers: { 'content-type': sent[0] } } : {};
};

describe('every documented operation', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...document });
  const operations = Object.entries<Record<string, Operation>>(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        path,
        method: method.toUpperCase(),
        operation,
      })),
    )
    // People sign in for theirs; files and streams of events have tests of their own.
    .filter(({ operation }) => !operation.tags.includes('auth') && isJson(operation));
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const workflow = await addWorkflow(gateway);
    const trigger = await addTrigger(gateway, workflow.id, { trigger_type: 'webhook' });
    const run = await addRun(gateway, { workflow_id: workflow.id });
    const definition = {
      org_id: 'org_1',
      slug: 's',
      created_at: run.created_at,
      updated_at: run.created_at,
      revision: 0,
    };
    const json = (value: unknown) => JSON.stringify(value) as never;
    const action = {
      ...definition,
      id: 'wact_1',
      name: 'A',
      action_type: 'wait',
      template_engine: 'jinja',
    } as const;
    await gateway.db
      .insertInto('workflow_action')
      .values({ ...action, http: json({}), metafields: json([]), metadata: json({}) })
      .execute();
    const connection = {
      ...definition,
      id: 'wcon_1',
      name: 'C',
      auth_type: 'basic',
      template_engine: 'jinja',
    } as const;
    await gateway.db
      .insertInto('workflow_connection')
      .values({ ...connection, metafields: json([]), credentials: json({}), metadata: json({}) })
      .execute();
    const { slug: _, ...dated } = definition;
    const metafield = { ...dated, id: 'metaf_1', key: 'k', type: 'text', is_required: false } as const;
    await gateway.db.insertInto('metafield').values(metafield).execute();
    await gateway.db
      .insertInto('run_action')
      .values({
        run_id: run.id,
        slug: 'a',
        attempt: 1,
        org_id: 'org_1',
        action_id: 'wact_1',
        action_type: 'wait',
        step_order: 1,
        status: 'success',
        started_at: run.created_at,
        ended_at: run.created_at,
        revision: 1,
      } as never)
      .execute();
    const rule = { ...definition, id: 'rule_1', name: 'R', priority: 1, is_active: true } as const;
    await gateway.db
      .insertInto('shipping_rule')
      .values({ ...rule, further_actions: json([]), metadata: json({}) })
      .execute();
    const decided = { outcome: 'selected', rule_set_hash: 'h', test_mode: false, actor: 'a' } as const;
    const decision = { strategy: null, why: null, options: {}, holds: [], notifications: [] };
    const stored = { facts: json({ json: {} }), trace: json({ json: {} }) };
    await gateway.db
      .insertInto('rate_decision')
      .values({ ...dated, id: 'rdec_1', ...decided, ...stored, decision: json(decision) })
      .execute();
    await projected(gateway, 0);
    const records = (await call('/v1/tracing-records')).body.results;
    Object.assign(ids, {
      workflows: workflow.id,
      webhooks: trigger.id,
      'workflow-triggers': trigger.id,
      'workflow-actions': 'wact_1',
      'workflow-connections': 'wcon_1',
      metafields: 'metaf_1',
      'shipping-rules': 'rule_1',
      'rate-decisions': 'rdec_1',
      'workflow-events': run.id,
      workflow_events: run.id,
      'tracing-records': records[0].id,
    });
    gateway.answerWith(({ name }: Command) => {
      const reply = accepted(ids[kindOf[name.replace(/^[a-z]+_/, '')] ?? 'workflows'] ?? '');
      // A decision is answered by what the rules service says of it.
      return name === 'select_rate' && 'accepted' in reply
        ? { accepted: { ...reply.accepted, result: { selected_rate: null } } }
        : reply;
    });
  });

  const kindOf: Record<string, string> = {
    workflow: 'workflows',
    workflow_action: 'workflow-actions',
    workflow_connection: 'workflow-connections',
    workflow_trigger: 'workflow-triggers',
    metafield: 'metafields',
    shipping_rule: 'shipping-rules',
    rate_decision: 'rate-decisions',
    run: 'workflow-events',
    run_action: 'workflow-events',
  };

  it.each(operations.map((one) => [`${one.method} ${one.path}`, one] as const))(
    '%s is there, and answers as it says',
    async (_, { path, method, operation }) => {
      const { status, body } = await call(path.replace('{id}', ids[path.split('/')[2] ?? ''] ?? ''), {
        method,
        ...sampleBodyOf(operation),
      });
      expect([status, body]).toEqual([expect.toSatisfy((code: number) => code < 300), expect.anything()]);
      expect(Object.keys(operation.responses)).toContain(String(status));
      const { schema } = operation.responses[status]?.content['application/json'] ?? {};
      const pointer = `api#/paths/${path.replaceAll('/', '~1').replace('{id}', '%7Bid%7D')}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
      expect(schema).toBeDefined();
      const isValid = ajv.getSchema(pointer);
      expect([isValid?.(body), isValid?.errors]).toEqual([true, null]);
    },
  );
});

describe('a person', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...document });
  const answerOf = (path: string, method: string) =>
    ajv.getSchema(
      `api#/paths/${path.replaceAll('/', '~1')}/${method}/responses/200/content/application~1json/schema`,
    );

  it('signs in and sees who they are as the document says, and is told what is wrong with what they send', async () => {
    const { store, db } = gateway;
    const vault = openVault({ masterKeys, store });
    const times = { created_at: '2026-11-22T10:00:00.000Z', updated_at: '2026-11-22T10:00:00.000Z' };
    await ensureDataKey(store, masterKeys, directory, times.created_at);
    const id = await userIdOf(vault, 'ada@example.com');
    await ensureDataKey(store, masterKeys, id, times.created_at);
    const password = 'correct horse battery';
    const { sealed: sealed_email } = await vault.seal(id, 'ada@example.com', 'personal');
    const { sealed: sealed_password } = await vault.seal(id, await hashPassword(password), 'password');
    const user = { id, address_id: id, sealed_email, sealed_password, ...times, revision: 0 };
    await db.insertInto('user_account').values(user).execute();
    gateway.answerWith(startsSession(gateway));

    const signIn = (body: object) => call('/v1/auth/sign-in', { method: 'POST', key: null, body });
    const { status, body } = await signIn({ email: 'ada@example.com', password, transport: 'bearer' });
    expect([status, body.user.email]).toEqual([200, 'ada@example.com']);
    const headers = { authorization: `Bearer ${body.token}` };
    const session = await call('/v1/auth/session', { key: null, headers });
    const sessions = await call('/v1/auth/sessions', { key: null, headers });
    expect(sessions.body.sessions).toMatchObject([{ origin: 'password', is_current: true }]);
    for (const [path, method, answer] of [
      ['/v1/auth/sign-in', 'post', body],
      ['/v1/auth/session', 'get', session.body],
      ['/v1/auth/sessions', 'get', sessions.body],
    ] as const) {
      const isValid = answerOf(path, method);
      expect([path, isValid?.(answer), isValid?.errors]).toEqual([path, true, null]);
    }
    const wrong = await signIn({ email: 'ada@example.com', pasword: 's3cret' });
    expect([wrong.status, wrong.body.errors[0].details]).toEqual([
      400,
      [
        { field: 'password', messages: [expect.any(String)] },
        { field: 'body', messages: [expect.stringContaining('pasword')] },
      ],
    ]);
    expect(JSON.stringify(wrong.body)).not.toContain('s3cret');
  });
});

describe('whatever is wrong with a request', () => {
  const xml = { 'content-type': 'application/xml' };
  it.each([
    ['GET', '/v1/nothing', 404, 'not_found', {}],
    ['GET', '/v1/workflows/%zz', 400, 'validation', {}],
    ['PUT', '/v1/workflows', 405, 'method_not_allowed', {}],
    ['GET', '/v1/auth/sign-in', 405, 'method_not_allowed', {}],
    ['POST', '/v1/workflows', 413, 'body_too_large', { body: `{"name":"${'x'.repeat(30_000)}"}` }],
    ['POST', '/v1/workflows', 415, 'unsupported_body', { body: '<a/>', headers: xml }],
    ['POST', '/v1/auth/sign-in', 415, 'unsupported_body', { body: '<a/>', headers: xml }],
    ['POST', '/v1/auth/sign-in', 400, 'malformed_body', { body: '{' }],
    ['POST', '/v1/rates/select', 415, 'unsupported_body', { body: '<a/>', headers: xml }],
    ['POST', '/v1/workflows?dry=1', 400, 'validation', { body: '{}' }],
    ['GET', '/v1/audit-log?page=2', 400, 'validation', {}],
    ['POST', '/v1/workflows', 400, 'validation', { body: '{}', headers: { 'idempotency-key': 'a b' } }],
  ] as const)(
    '%s %s is answered with %s %s, in the one shape of errors',
    async (method, path, status, code, sent) => {
      const answer = await call(path, { method, ...sent });
      const warns = [404].includes(status);
      expect([answer.status, answer.body]).toEqual([
        status,
        {
          errors: [
            expect.objectContaining({
              code,
              message: expect.any(String),
              level: warns ? 'warning' : 'error',
            }),
          ],
        },
      ]);
      expect(answer.headers.has('allow')).toBe(status === 405);
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    },
  );

  it('also where it is no HTTP at all', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write('NONSENSE\r\n\r\n');
    let text = '';
    for await (const piece of socket) text += String(piece);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '').errors).toMatchObject([
      { code: 'validation', level: 'error' },
    ]);
  });
});

describe('REST', () => {
  it('needs an API key, and shows nothing of another organisation', async () => {
    const { id } = await addWorkflow(gateway);
    expect(await call(`/v1/workflows/${id}`, { key: null })).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'authentication_required', level: 'error' }] },
    });
    expect(await call(`/v1/workflows/${id}`, { key: strangerKey })).toMatchObject({
      status: 404,
      body: { errors: [{ code: 'not_found', level: 'warning', message: 'No workflow has this id.' }] },
    });
  });

  it('pages by the addresses that it answers, forward and back', async () => {
    for (const n of [1, 2, 3, 4, 5]) await addWorkflow(gateway, { org_id: 'org_2', name: `p${n}` });
    const names = ({ results }: Readonly<{ results: readonly { name: string }[] }>) =>
      results.map(({ name }) => name);
    const options = { key: strangerKey };
    expect(await call('/v1/workflows?count=maybe', options)).toMatchObject({ status: 400 });
    const { body: first } = await call('/v1/workflows?order_by=name&first=2&count=true', options);
    expect([names(first), first.previous, first.count, first.count_is_exact]).toEqual([
      ['p1', 'p2'],
      null,
      5,
      true,
    ]);
    const { body: second } = await call(first.next, options);
    const { body: third } = await call(second.next, options);
    expect([names(second), names(third), third.next]).toEqual([['p3', 'p4'], ['p5'], null]);
    expect(names((await call(third.previous, options)).body)).toEqual(['p3', 'p4']);
  });

  it.each([
    ['/v1/workflows?frist=1', 'There is no query parameter frist'],
    ['/v1/workflows?first=many', 'first: Int cannot represent non-integer value'],
    ['/v1/workflows?first=1000', 'first is 1000; it must be between 1 and 100'],
    ['/v1/workflows?after=x', 'after is not a cursor'],
    ['/v1/workflow-events?status=done', 'status: The value does not exist in "AutomationEventStatus" enum'],
    ['/v1/workflow-events?parameters_path=$$(', 'parameters_path is no SQL/JSON path'],
    ['/v1/workflow-events/wevt_1?x=1', 'There is no query parameter x'],
  ])('says what is wrong with %s', async (path, message) => {
    const { status, body } = await call(path);
    expect([status, body.errors[0].code, body.errors[0].message]).toEqual([
      400,
      'validation',
      expect.stringContaining(message),
    ]);
  });

  it('takes lists in an address, and a status set', async () => {
    const { id } = await addWorkflow(gateway);
    await addRun(gateway, { workflow_id: id, status: 'failed' });
    const { body } = await call(`/v1/workflow-events?workflow_id=${id}&statuses=failed,cancelled`);
    expect(body.results).toMatchObject([{ status: 'failed', workflow_id: id }]);
  });

  it('answers what is wrong with a body by its fields, and a refusal by its status', async () => {
    const post = (body: unknown) => call('/v1/workflows', { method: 'POST', body });
    expect(await post('{"name": }')).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'malformed_body' }] },
    });
    expect(await post([])).toMatchObject({ status: 400, body: { errors: [{ code: 'malformed_body' }] } });
    const unknown = await post({ name: 'x', action_nodes: [], nmae: 's3cret' });
    expect(unknown.body.errors[0].message).toMatch(/^Field "nmae" is not defined/);
    expect(JSON.stringify(unknown.body)).not.toContain('s3cret');
    const wrong = await post({ name: 'x'.repeat(60), action_nodes: [{ order: -1, index: 0 }] });
    expect([
      wrong.status,
      wrong.body.errors.map(({ details }: { details: { field: string } }) => details.field),
    ]).toEqual([400, ['name', 'action_nodes[0].order']]);
    gateway.answerWith(() => ({
      rejected: { code: 'in-use', errors: [{ field: 'id', messages: ['Runs.'] }] },
    }));
    expect(await call('/v1/workflow-actions/wact_1', { method: 'DELETE' })).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'conflict', details: { field: 'id', messages: ['Runs.'] } }] },
    });
  });
});
