import { hash } from 'node:crypto';
import { commandPayloads, newId } from '@karrio/contracts';
import type { AuditEntry } from '@karrio/domain';
import { eventually } from '@karrio/testing';
import { directory, ensureDataKey, openVault, userIdOf } from '@karrio/vault';
import { createClient } from 'graphql-ws';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ask } from './graphql-client.ts';
import {
  addTrigger,
  addWorkflow,
  apiKey,
  masterKeys,
  spendRequests,
  startGateway,
  strangerKey,
  testKey,
  type TestGateway,
} from './harness.ts';
import { subscribe } from './live-client.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const anEntry = (number: number, over: Partial<AuditEntry> = {}): AuditEntry => ({
  number,
  at: new Date(Date.UTC(2026, 10, 1 + number)).toISOString(),
  actor: 'key_1',
  origin: { ip: '203.0.113.7', userAgent: '=cmd()', credential: 'key_1', requestId: 'req_1' },
  commandId: `cmd_${number}`,
  action: 'update_workflow',
  outcome: 'accepted',
  entity: { type: 'workflow', id: `wkfl_${number % 2}` },
  before: { name: 'Orders' },
  after: { name: 'Returns, "all"' },
  refusal: null,
  runs: null,
  source: { stream: 's', revision: 0, position: '1', digest: 'd' },
  ...over,
});

const add = async (org: string, entries: readonly AuditEntry[]) => {
  for (const entry of entries) {
    await gateway.db
      .insertInto('audit_entry')
      .values({
        id: newId('command'),
        org_id: org,
        number: entry.number,
        at: entry.at,
        actor: entry.actor,
        action: entry.action,
        outcome: entry.outcome,
        entity_type: entry.entity?.type ?? null,
        entity_id: entry.entity?.id ?? null,
        entry: sql`${JSON.stringify(entry)}::json`,
        previous: `hash ${entry.number - 1}`,
        hash: `hash ${entry.number}`,
        revision: entry.number,
      })
      .execute();
  }
};

const entries = Array.from({ length: 8 }, (_, number) =>
  anEntry(number, number === 7 ? { outcome: 'refused', action: 'delete_workflow', actor: 'key_2' } : {}),
);
beforeAll(async () => {
  await add('org_1', entries);
  await add('org_2', [anEntry(0, { actor: 'key_other' })]);
});

const listed = async (filter: object, key = apiKey) => {
  const query = `query ($filter: AuditLogFilter) { audit_log(filter: $filter) {
    page_info { has_next_page end_cursor }
    edges { node { number actor action outcome entity_type entity_id before after hash created_at command_id
      origin { ip user_agent credential request_id } } } } }`;
  const { body } = await ask(gateway, query, { filter }, { key });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  const { edges, page_info } = body.data.audit_log;
  return { nodes: edges.map(({ node }: { node: object }) => node), page_info };
};
const numbers = async (filter: object, key?: string) =>
  (await listed(filter, key)).nodes.map(({ number }: { number: number }) => number);

const exported = async (query: string, key = apiKey) => {
  const response = await fetch(`${gateway.url}/v1/audit-log${query}`, {
    headers: { authorization: `Token ${key}` },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('the audit log', () => {
  it('shows who did what, when, from where, and what changed, page by page', async () => {
    const { nodes, page_info } = await listed({ first: 5 });
    expect(nodes).toHaveLength(5);
    expect(nodes[1]).toEqual({
      number: 6,
      actor: 'key_1',
      action: 'update_workflow',
      outcome: 'accepted',
      entity_type: 'workflow',
      entity_id: 'wkfl_0',
      before: { name: 'Orders' },
      after: { name: 'Returns, "all"' },
      hash: 'hash 6',
      created_at: '2026-11-07T00:00:00.000Z',
      command_id: 'cmd_6',
      origin: { ip: '203.0.113.7', user_agent: '=cmd()', credential: 'key_1', request_id: 'req_1' },
    });
    expect(page_info.has_next_page).toBe(true);
    expect(await numbers({ first: 5, after: page_info.end_cursor })).toEqual([2, 1, 0]);
  });

  it('is found by who, what, to what and when, alone or together', async () => {
    expect(await numbers({ actor: 'key_2' })).toEqual([7]);
    expect(await numbers({ outcome: 'refused', action: 'delete_workflow' })).toEqual([7]);
    expect(await numbers({ entity_id: 'wkfl_1', actor: 'key_1' })).toEqual([5, 3, 1]);
    const between = { created_after: '2026-11-03T00:00:00Z', created_before: '2026-11-05T00:00:00Z' };
    expect(await numbers(between)).toEqual([3, 2]);
  });

  it('of another organisation is not shown', async () => {
    const { nodes } = await listed({}, strangerKey);
    expect(nodes).toMatchObject([{ actor: 'key_other' }]);
  });
});

describe('an export', () => {
  it('has every entry as it was chained, in the order of the chain', async () => {
    const { headers, text } = await exported('');
    expect(headers.get('content-type')).toContain('application/jsonl');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ entry }) => entry)).toEqual(entries);
    expect(lines[3]).toMatchObject({ org: 'org_1', previous: 'hash 2', hash: 'hash 3' });
    expect((await exported('?actor=key_2')).text.trimEnd().split('\n')).toHaveLength(1);
    expect((await exported('', strangerKey)).text).not.toContain('"org_1"');
  });

  it('as CSV quotes what needs it, and has no formula', async () => {
    const [head, first] = (await exported('?format=csv')).text.split('\r\n');
    expect(head).toMatch(/^number,at,actor,ip,user_agent/);
    expect(first).toContain(`'=cmd()`);
    expect(first).toContain('"{""name"":""Returns, \\""all\\""""}"');
  });

  it('names what is wrong in its query', async () => {
    const { status, text } = await exported('?format=xml&created_after=today');
    expect(status).toBe(400);
    expect(JSON.parse(text).errors[0].details).toEqual([
      { field: 'format', messages: ['must be jsonl or csv'] },
      { field: 'created_after', messages: [expect.stringContaining('must be a time')] },
    ]);
  });
});

describe('what the gateway refuses', () => {
  const at = '2026-11-22T10:00:00.000Z';
  const viewerKey = `key_${'d'.repeat(32)}`;
  const revokedKey = `key_${'e'.repeat(32)}`;
  let ada: string;
  let triggerId: string;

  beforeAll(async () => {
    const { db, store } = gateway;
    const key = { org_id: 'org_1', name: 'k', role: 'viewer', test_mode: false, created_at: at } as const;
    const keys = [
      { ...key, id: 'key_viewer', hash: hash('sha256', viewerKey), revoked_at: null, revision: 0 },
      { ...key, id: 'key_revoked', hash: hash('sha256', revokedKey), revoked_at: at, revision: 0 },
    ];
    await db.insertInto('api_key').values(keys).execute();
    await ensureDataKey(store, masterKeys, directory, at);
    const vault = openVault({ masterKeys, store });
    ada = await userIdOf(vault, 'ada@example.com');
    const { sealed: sealed_secret } = await vault.seal('org_1', 's3cret', 'webhook');
    const { id: workflowId } = await addWorkflow(gateway);
    ({ id: triggerId } = await addTrigger(gateway, workflowId, {
      secret_key: 'X-Shop-Secret',
      sealed_secret,
    }));
    for (const org_id of ['org_1', 'org_2']) {
      const member = { id: newId('member'), org_id, user_id: ada, role: 'viewer', created_at: at } as const;
      await db
        .insertInto('member')
        .values({ ...member, updated_at: at, removed_at: null, revision: 0 })
        .execute();
    }
  });

  const told = (org: string) =>
    gateway.refusals
      .filter((command) => command.org === org)
      .flatMap(({ payload }) => commandPayloads.note_refusals.parse(payload).refusals);

  it('is told in the audit logs of those whom it concerns, and counted', async () => {
    const get = (path: string, key: string, headers: Record<string, string> = {}) =>
      fetch(`${gateway.url}${path}`, { headers: { authorization: `Token ${key}`, ...headers } });
    await get('/v1/audit-log', viewerKey);
    for (let n = 0; n < 3; n++) await ask(gateway, '{ mine: api_keys { id } }', {}, { key: viewerKey });
    await get('/v1/workflows', revokedKey);
    await get('/v1/workflows', apiKey, { 'x-org-id': 'org_2' });
    for (const email of [' Ada@Example.com', 'nobody@example.com']) {
      const body = JSON.stringify({ email, password: 'correct horse battery' });
      await fetch(`${gateway.url}/v1/auth/sign-in`, { method: 'POST', body });
    }
    await get('/v1/workflows', `key_${'9'.repeat(32)}`);
    for (let n = 0; n < 2; n++) {
      const headers = { 'x-shop-secret': 'wrong horse' };
      await fetch(`${gateway.url}/v1/webhooks/${triggerId}`, { method: 'POST', headers });
    }
    await ask(gateway, '{ viewer { id } }', {}, { key: null });
    await eventually(
      'members and strangers are told of',
      () => told('org_1').length >= 6 && told('org_2').length > 0 && told('system').length >= 3,
    );

    const one = (action: string, code: string, over: object) =>
      expect.objectContaining({
        action,
        code,
        origin: expect.objectContaining({ ip: '127.0.0.1' }),
        ...over,
      });
    const signIn = one('POST /v1/auth/sign-in', 'wrong_credentials', { actor: 'anonymous', subject: ada });
    const ours = told('org_1');
    expect(ours).toHaveLength(6);
    expect(ours).toEqual(
      expect.arrayContaining([
        one('GET /v1/audit-log', 'forbidden', { actor: 'key_viewer' }),
        one('api_keys', 'forbidden', { actor: 'key_viewer' }),
        one('GET /v1/workflows', 'invalid_token', { actor: 'key_revoked' }),
        one('GET /v1/workflows', 'forbidden', { actor: expect.stringMatching(/^key_/) }),
        signIn,
        one('POST /v1/webhooks/:id', 'wrong_secret', { actor: 'anonymous', subject: triggerId }),
      ]),
    );
    expect(told('org_2')).toEqual([signIn]);
    expect(told('system')).toEqual(
      expect.arrayContaining([
        one('POST /v1/auth/sign-in', 'wrong_credentials', { actor: 'anonymous', subject: null }),
        one('GET /v1/workflows', 'invalid_token', { actor: 'anonymous' }),
        one('POST /graphql', 'authentication_required', { actor: 'anonymous' }),
      ]),
    );
    expect(JSON.stringify(gateway.refusals)).not.toMatch(/example\.com|(correct|wrong) horse|key_e{9}/);
  });

  it('is told of subscriptions, too, and of the WebSockets for them, from where the proxy says', async () => {
    const limits = { requestsPerSecondMax: 1, subscriptionsPerKeyMax: 0 };
    await using behind = await startGateway({ trustedProxies: 'loopback', ...limits });
    const credentials = await behind.db.selectFrom('api_key').select(['id', 'hash']).execute();
    const idOf = (key: string) => credentials.find((each) => each.hash === hash('sha256', key))?.id ?? '';
    await spendRequests(behind, idOf(apiKey), limits.requestsPerSecondMax);
    // oxlint-disable-next-line karrio/error-classes -- graphql-ws makes its sockets of a class, and gives them no headers
    class Proxied extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { 'x-forwarded-for': '192.0.2.1, 203.0.113.9' } });
      }
    }
    const query = 'subscription { workflow_events { cursor } }';
    const subscribing = (key: string) => {
      const client = createClient({
        url: `${behind.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: Proxied,
        retryAttempts: 0,
        connectionParams: { Authorization: `Token ${key}` },
      });
      return client.iterate({ query }).next();
    };
    await expect(subscribing(`key_${'9'.repeat(32)}`)).rejects.toMatchObject({ code: 4403 });
    await expect(subscribing(apiKey)).rejects.toMatchObject([{ extensions: { code: 'rate_limited' } }]);
    expect((await subscribing(testKey)).value).toMatchObject({
      errors: [{ extensions: { code: 'too_many_subscriptions' } }],
    });
    expect((await subscribe(behind, query, {}, { key: null })).status).toBe(401);
    const told = await eventually('all are told', () => {
      const all = behind.refusals.flatMap(
        ({ payload }) => commandPayloads.note_refusals.parse(payload).refusals,
      );
      return all.length === 4 && all;
    });
    const from = (ip: string) => ({ origin: expect.objectContaining({ ip }) });
    const socket = { action: 'WebSocket /graphql', ...from('203.0.113.9') };
    const subscription = { action: 'workflow_events' };
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...socket, code: 'invalid_token', actor: 'anonymous' }),
        expect.objectContaining({ ...socket, code: 'rate_limited', actor: idOf(apiKey) }),
        expect.objectContaining({
          ...subscription,
          ...from('203.0.113.9'),
          code: 'too_many_subscriptions',
          actor: idOf(testKey),
        }),
        expect.objectContaining({
          ...subscription,
          ...from('127.0.0.1'),
          code: 'authentication_required',
          actor: 'anonymous',
        }),
      ]),
    );
  });

  it('is told with what is left of it when the gateway stops', async () => {
    const stopping = await startGateway();
    await fetch(`${stopping.url}/v1/workflows`);
    await stopping[Symbol.asyncDispose]();
    expect(stopping.refusals).toMatchObject([{ name: 'note_refusals', org: 'system' }]);
  });
});
