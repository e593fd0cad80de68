import { newId, streams } from '@karrio/contracts';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { createLogger } from '@karrio/telemetry';
import { startEventStore } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Authenticated } from '../src/connection/authentication.ts';
import { aConnection } from '../src/connection/connection.fixture.ts';
import { createOAuth2 } from '../src/connection/scheme/oauth2.ts';
import { createRequestGrant } from '../src/connection/token/request-grant.ts';
import { createTokenStore } from '../src/connection/token/token-store.ts';
import { parseEgressAllow } from '../src/egress/egress-policy.ts';
import { createHttpClient, type HttpClient } from '../src/egress/http-client.ts';

const log = createLogger('test', 'silent');
const { signal } = new AbortController();

type Asked = Readonly<{ authorization: string | undefined; form: Readonly<Record<string, string>> }>;
type Answer = Readonly<{ status?: number; body: unknown }>;

let eventStore: Awaited<ReturnType<typeof startEventStore>>;
let server: Server;
let tokenUrl: string;
let client: HttpClient;
let asked: Asked[];
let answer: (asked: Asked, count: number) => Answer;

beforeAll(async () => {
  eventStore = await startEventStore();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const received = { authorization: request.headers.authorization, form };
      asked.push(received);
      const { status = 200, body } = answer(received, asked.length);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  tokenUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/token`;
  const egress = parseEgressAllow('127.0.0.1');
  if ('problem' in egress) throw new Error(egress.problem);
  client = createHttpClient({
    connectTimeoutMs: 30_000,
    timeoutMs: 30_000,
    requestBytesMax: 1024 * 1024,
    responseBytesMax: 65_536,
    egressAllow: egress.rules,
  });
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  server.close();
  await eventStore[Symbol.asyncDispose]();
});

beforeEach(() => {
  asked = [];
  answer = (_, count) => ({ body: { access_token: `at-${count}`, token_type: 'Bearer', expires_in: 3600 } });
});

/** One executor: a connection to the store and a memory of its own. */
const executor = (now: () => number = Date.now) => {
  const store: EventStore = connectEventStore({ url: eventStore.url, log });
  const authenticate = createOAuth2({
    tokens: createTokenStore({ store, now }),
    requestGrant: createRequestGrant(client),
    // The vault's part is tested with the vault: here a sealed text must only differ from the plain one.
    seal: async (_, plain) => Buffer.from(plain).toString('hex'),
    open: async (_, sealed) => Buffer.from(sealed, 'hex').toString(),
    now,
  });
  return { store, authenticate, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
};

const secrets = { client_id: 'me', client_secret: 's3cret/+' };
const aClient = (id: string, values: Readonly<Record<string, string>> = {}) => ({
  ...aConnection({ authType: 'oauth2' }, { token_url: tokenUrl, ...secrets, ...values }),
  id,
});

const bearer = (outcome: Authenticated) =>
  'failed' in outcome ? outcome.failed.message : outcome.authentication.headers['authorization'];
const renewable = (outcome: Authenticated) =>
  'failed' in outcome ? undefined : outcome.authentication.renewable;

describe('an OAuth2 connection', () => {
  it('gets a token with its client credentials and keeps it', async () => {
    await using one = executor();
    const connection = aClient(newId('connection'), { scope: 'rates labels', audience: 'api' });
    expect(bearer(await one.authenticate(connection, undefined, signal))).toBe('Bearer at-1');
    expect(bearer(await one.authenticate(connection, undefined, signal))).toBe('Bearer at-1');
    const pair = [secrets.client_id, secrets.client_secret].map(encodeURIComponent).join(':');
    expect(asked).toEqual([
      {
        authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
        form: { grant_type: 'client_credentials', scope: 'rates labels', audience: 'api' },
      },
    ]);
  });

  it('says who it is in the body where the server wants that', async () => {
    await using one = executor();
    await one.authenticate(
      aClient(newId('connection'), { client_auth: 'client_secret_post' }),
      undefined,
      signal,
    );
    expect(asked).toEqual([
      { authorization: undefined, form: { grant_type: 'client_credentials', ...secrets } },
    ]);
  });

  it('asks once, however many processes need the token at the same moment', async () => {
    const id = newId('connection');
    await using one = executor();
    await using two = executor();
    await using three = executor();
    const all = [one, two, three].flatMap((each) =>
      Array.from({ length: 20 }, () => each.authenticate(aClient(id), undefined, signal)),
    );
    expect(new Set((await Promise.all(all)).map(bearer))).toEqual(new Set(['Bearer at-1']));
    expect(asked).toHaveLength(1);
  });

  it('renews a refused token once, however many processes were refused', async () => {
    const id = newId('connection');
    await using one = executor();
    await using two = executor();
    const first = renewable(await one.authenticate(aClient(id), undefined, signal));
    await two.authenticate(aClient(id), undefined, signal);
    const again = [one, two, one, two].map((each) => each.authenticate(aClient(id), first, signal));
    expect((await Promise.all(again)).map(bearer)).toEqual(Array(4).fill('Bearer at-2'));
    expect(asked).toHaveLength(2);
  });

  it('goes on with the refresh token that replaced the one before, also after a restart', async () => {
    answer = (_, count) => ({
      body: { access_token: `at-${count}`, refresh_token: `rt-${count}`, expires_in: 100 },
    });
    const connection = aClient(newId('connection'), { refresh_token: 'rt-0' });
    const start = Date.now();
    for (const hours of [0, 1, 2]) {
      await using one = executor(() => start + hours * 3_600_000);
      await one.authenticate(connection, undefined, signal);
    }
    expect(asked.map(({ form }) => form['refresh_token'])).toEqual(['rt-0', 'rt-1', 'rt-2']);
    expect(asked[0]?.form['grant_type']).toBe('refresh_token');
  });

  it('takes over from a process that died while it asked', async () => {
    const id = newId('connection');
    const start = Date.now();
    await using one = executor(() => start + 60_000);
    const requestId = randomUUID();
    const data = { requestId, leaseEndsAt: new Date(start).toISOString(), at: new Date(start).toISOString() };
    const metadata = {
      org: 'org_1',
      actor: 'executor',
      $correlationId: id,
      $causationId: id,
      schema: 1,
    } as const;
    await one.store.append(
      streams.token(id),
      [{ type: 'TokenRequested', data, id: randomUUID(), metadata }],
      'no-stream',
    );
    expect(bearer(await one.authenticate(aClient(id), undefined, signal))).toBe('Bearer at-1');
  });

  it('takes a token without a type or an end, as some servers send it', async () => {
    answer = () => ({ body: { access_token: 'bare' } });
    await using one = executor();
    const connection = aClient(newId('connection'));
    expect(bearer(await one.authenticate(connection, undefined, signal))).toBe('Bearer bare');
    expect(bearer(await one.authenticate(connection, undefined, signal))).toBe('Bearer bare');
    expect(asked).toHaveLength(1);
  });

  it.each([
    [
      { status: 401, body: { error: 'invalid_client', error_description: 's3cret/+' } },
      false,
      'invalid_client',
    ],
    [{ status: 503, body: 'busy' }, true, 'later'],
    [{ status: 200, body: { token: 'x' } }, false, 'access_token'],
  ])('says why there is no token, without a secret: %j', async (given, isPassing, why) => {
    answer = () => given;
    await using one = executor();
    const outcome = await one.authenticate(aClient(newId('connection')), undefined, signal);
    expect(outcome).toMatchObject({ isPassing, failed: { code: 'authentication-failed' } });
    expect(bearer(outcome)).toContain(why);
    expect(bearer(outcome)).not.toContain('s3cret');
  });

  it('names the missing credential', async () => {
    await using one = executor();
    const outcome = await one.authenticate(
      aClient(newId('connection'), { client_id: '' }),
      undefined,
      signal,
    );
    expect(bearer(outcome)).toContain('client_id');
  });

  it('keeps tokens sealed in the log', async () => {
    const id = newId('connection');
    await using one = executor();
    await one.authenticate(aClient(id), undefined, signal);
    const written = JSON.stringify((await one.store.read(streams.token(id))).map(({ data }) => data));
    expect(written).toContain(Buffer.from('at-1').toString('hex'));
    expect(written).not.toContain('at-1');
  });
});
