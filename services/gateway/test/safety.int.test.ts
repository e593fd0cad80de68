import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId, subjects } from '@karrio/contracts';
import { eventually, temporaryFolder } from '@karrio/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, newSessionToken } from '../src/auth/session-token.ts';
import { openApiDocument } from '../src/openapi/openapi-document.ts';
import { ask } from './graphql-client.ts';
import {
  accepted,
  apiKey,
  projected,
  spendRequests,
  startGateway,
  strangerKey,
  testKey,
  type TestGateway,
} from './harness.ts';

const stack = new AsyncDisposableStack();
let gateway: TestGateway;

const known = '{ workflows { page_info { count } } }';
const hashOf = (document: string) => createHash('sha256').update(document).digest('hex');
const origin = 'https://console.example.com';

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder());
  const persistedOperationsFile = join(folder.path, 'operations.json');
  await writeFile(persistedOperationsFile, JSON.stringify({ [hashOf(known)]: known }));
  gateway = stack.use(
    await startGateway({
      corsOrigins: [origin],
      introspection: 'key',
      persistedOperationsFile,
    }),
  );
});
afterAll(() => stack.disposeAsync());

const post = async (body: object, headers: Record<string, string> = {}) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Token ${apiKey}`, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

describe('a browser', () => {
  it('is told that nothing here is a page, nor to be framed or guessed at', async () => {
    const { headers } = await post({ query: known });
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('may run the page to try queries on, which still cannot be framed', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
  });

  it('may call from a page of a configured origin, and of no other', async () => {
    const preflight = (from: string) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin: from,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,idempotency-key',
        },
      });
    const ours = await preflight(origin);
    expect([ours.status, ours.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(ours.headers.get('access-control-allow-headers')).toContain('authorization');
    const other = await preflight('https://evil.example.com');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const answer = await post({ query: known }, { origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
  });
});

describe('the schema', () => {
  it('is shown to whoever has a key alone, where it is configured so', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect((await ask(gateway, query, {}, { key: null })).status).toBe(401);
    // Nor does a stranger learn of it by what is wrong with a query.
    const wrong = await ask(gateway, '{ workflow_ { id } }', {}, { key: null });
    expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([
      401,
      expect.not.stringContaining('workflows'),
    ]);
    expect((await ask(gateway, query)).body.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });
});

describe('a known document', () => {
  it('may be asked for by its hash, and an unknown one is named as such', async () => {
    const byHash = (sha256Hash: string) =>
      post({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
    expect((await byHash(hashOf(known))).body.data).toEqual({ workflows: { page_info: { count: 0 } } });
    expect((await byHash(hashOf('x'))).body.errors).toMatchObject([
      { code: 'validation', message: expect.stringContaining('No document is known by this hash') },
    ]);
    expect((await post({ query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' });
  });
});

describe('an API key', () => {
  it('that sends more than it may in a second is asked to wait, in GraphQL and REST; others are not', async () => {
    // So few that a busy machine, too, gets more than that in a second.
    await using gateway = await startGateway({ requestsPerSecondMax: 2 });
    const many = await Promise.all(
      Array.from({ length: 60 }, () => ask(gateway, known, {}, { key: testKey })),
    );
    expect(many.map(({ status }) => status)).toContain(200);
    const refused = many.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body.errors).toMatchObject([{ code: 'rate_limited', level: 'warning' }]);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    const headers = { authorization: `Token ${testKey}` };
    const list = () => fetch(`${gateway.url}/v1/workflows`, { headers });
    const listed = await Promise.all(Array.from({ length: 40 }, list));
    expect(listed.map(({ status }) => status)).toContain(429);
    expect((await ask(gateway, known, {}, { key: strangerKey })).status).toBe(200);
  });
});

describe('a key or a session that has sent what it may', () => {
  const stop = new AsyncDisposableStack();
  let gateway: TestGateway;
  const session = newSessionToken();
  beforeAll(async () => {
    const requestsPerSecondMax = 5;
    gateway = stop.use(await startGateway({ requestsPerSecondMax }));
    const { db } = gateway;
    const at = new Date().toISOString();
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const row = { id: 'sess_1', user_id: 'user_1', hash: digestOf(session), origin: 'password' } as const;
    await db
      .insertInto('session')
      .values({ ...row, created_at: at, expires_at, revision: 0 })
      .execute();
    const { id } = await db
      .selectFrom('api_key')
      .select('id')
      .where('hash', '=', digestOf(apiKey))
      .executeTakeFirstOrThrow();
    for (const credential of [id, row.id]) await spendRequests(gateway, credential, requestsPerSecondMax);
  });
  afterAll(() => stop.disposeAsync());

  type Documented = Readonly<{ tags: readonly string[]; security?: readonly object[] }>;
  const { paths }: { paths: Record<string, Record<string, Documented>> } = JSON.parse(
    JSON.stringify(openApiDocument()),
  );
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { tags, security }]) => ({ path, method, tags, security })),
  );
  // Who may also come without a credential is counted otherwise, as deliveries are by their trigger's limit.
  const needsCaller = (ways: readonly object[]) =>
    ways.length > 0 && ways.every((way) => Object.keys(way).length > 0);
  const routes = documented.filter(({ security }) => security === undefined || needsCaller(security));
  const graphql = { path: '/graphql', method: 'post', tags: [] };

  it.each([...routes, graphql].map((one) => [one.method, one.path, one.tags] as const))(
    'is asked to wait by %s %s',
    async (method, path, tags) => {
      const token = tags.some((tag) => tag === 'auth') ? session : apiKey;
      const response = await fetch(`${gateway.url}${path.replace('{id}', 'x')}`, {
        method: method.toUpperCase(),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(method === 'get' || method === 'delete' ? {} : { body: '{"query":"{ viewer { id } }"}' }),
      });
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
      expect(JSON.parse(await response.text()).errors).toMatchObject([{ code: 'rate_limited' }]);
    },
  );

  it('is asked so by routes of every kind', () => {
    const kinds = new Set(routes.flatMap(({ tags }) => tags));
    expect(routes.length).toBeGreaterThan(40);
    for (const kind of ['auth', 'audit', 'rates', 'events', 'workflow-events']) expect(kinds).toContain(kind);
  });

  it('is let in by a delivery’s address all the same, and others are by all', async () => {
    const headers = { authorization: `Token ${apiKey}` };
    const delivery = await fetch(`${gateway.url}/v1/webhooks/wtrg_none`, { method: 'POST', headers });
    expect(delivery.status).toBe(404);
    expect((await ask(gateway, known, {}, { key: strangerKey })).status).toBe(200);
  });
});

describe('a key that is revoked', () => {
  const rememberedMs = 2_000;
  const revoke = 'mutation ($id: String!) { revoke_api_key(input: { id: $id }) { errors { field } } }';

  it('lets nobody in any more at another gateway either, once it was told; and after two seconds where it was not', async () => {
    await using other = await gateway.beside();
    const at = '2026-11-22T10:00:00.000Z';
    const newKey = async () => {
      const text = `key_${randomUUID().replaceAll('-', '')}`;
      const key = {
        id: newId('apiKey'),
        hash: hashOf(text),
        org_id: 'org_1',
        name: 'k',
        role: 'viewer',
      } as const;
      await gateway.db
        .insertInto('api_key')
        .values({ ...key, test_mode: false, created_at: at, revoked_at: null, revision: 0 })
        .execute();
      return { id: key.id, text };
    };
    /** Revokes a key that the other gateway has just let in; how long that gateway still did. */
    const outAfterMs = async (isTold: boolean) => {
      const { id, text } = await newKey();
      gateway.answerWith(async () => {
        await gateway.db.updateTable('api_key').set({ revoked_at: at }).where('id', '=', id).execute();
        const notice = { entity: 'organization', id: 'org_1', position: '5' };
        const subject = subjects.liveChange.of({ org: 'org_1', entity: 'organization', id: 'org_1' });
        if (isTold) gateway.bus.publish(subject, notice);
        await projected(gateway, 5);
        return accepted(id, 5);
      });
      const asked = async () => (await ask(other, known, {}, { key: text })).status;
      const began = performance.now();
      expect(await asked()).toBe(200);
      expect((await ask(gateway, revoke, { id })).body.errors).toBeUndefined();
      await eventually('it is refused', async () => (await asked()) === 401);
      return performance.now() - began;
    };
    // Where nothing is told it is never sooner; told on a machine that is slow for a moment, it may be later.
    await eventually('the notice counts', async () => (await outAfterMs(true)) < rememberedMs);
    await outAfterMs(false);
  });
});

it('takes known documents alone, and shows nobody the schema, where it is configured so', async () => {
  await using strict = await startGateway({ introspection: 'off', onlyPersistedOperations: true });
  expect((await ask(strict, known)).body.errors).toMatchObject([
    { message: 'Only known documents are taken here: send the hash of one.' },
  ]);
  await using hidden = await startGateway({ introspection: 'off' });
  const { body } = await ask(hidden, '{ __schema { queryType { name } } }');
  expect(body.errors[0].message).toContain('introspection');
  const near = await ask(hidden, '{ workflow_ { id } }');
  expect(near.body.errors[0].message).toBe('Cannot query field "workflow_" on type "Query".');
});

describe('an operation that takes too long', () => {
  const stop = new AsyncDisposableStack();
  let slow: TestGateway;
  beforeAll(async () => {
    slow = stop.use(await startGateway({ operationTimeoutMs: 300 }));
  });
  afterAll(() => stop.disposeAsync());

  const waiting = async () => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity
      where application_name = 'gateway' and wait_event_type = 'Lock' and datname = current_database()`.execute(
      slow.db,
    );
    return rows.length;
  };

  it('is given up over GraphQL and REST, names its request, and leaves nothing running in Postgres', async () => {
    await slow.db.transaction().execute(async (transaction) => {
      await sql`lock table workflow in access exclusive mode`.execute(transaction);
      const headers = { 'x-request-id': 'req_slow' };
      const [asked, listed] = await Promise.all([
        ask(slow, known, {}, { headers }),
        fetch(`${slow.url}/v1/workflows`, { headers: { ...headers, authorization: `Token ${apiKey}` } }),
      ]);
      const error = { code: 'deadline_exceeded', message: expect.stringContaining('req_slow') };
      expect([asked.status, asked.body.errors]).toMatchObject([504, [error]]);
      expect([listed.status, (await listed.json()).errors]).toMatchObject([504, [error]]);
      await eventually('nothing of it waits in Postgres', async () => (await waiting()) === 0);
    });
    await eventually('what takes no longer is answered', async () => (await ask(slow, known)).status === 200);
  });

  it('and changes something is answered so that it can be repeated, and begins nothing more', async () => {
    const create = (name: string) =>
      `${name}: create_workflow(input: { name: "${name}", action_nodes: [] }) { errors { field } }`;
    const sent = () => slow.commands.map(({ payload }) => JSON.parse(JSON.stringify(payload)).name);
    const { status, body } = await ask(slow, `mutation { ${create('a')} ${create('b')} }`);
    expect([status, body.errors]).toMatchObject([503, [{ code: 'outcome_unknown' }]]);
    const { id, replyTo = '' } = await eventually('the first is sent', () => slow.commands[0]);
    slow.bus.publish(replyTo, { accepted: { id, position: '0' } });
    // The next request is worked behind what would have followed.
    slow.answerWith(() => ({ accepted: { id, position: '0' } }));
    await projected(slow, 0);
    await ask(slow, `mutation { ${create('c')} }`);
    await eventually('the next is sent', () => sent().includes('c'));
    expect(sent()).toEqual(['a', 'c']);
  });
});
