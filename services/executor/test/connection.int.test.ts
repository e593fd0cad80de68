import { newId, streams, subjects, type EventMetadata, type RunEnded } from '@karrio/contracts';
import {
  plainValues,
  type ConnectionDefinition,
  type Event,
  type Metafield,
  type PlannedAction,
} from '@karrio/domain';
import { anAction, aPlan } from '@karrio/domain/testing';
import { connectEventStore, type EventStore, type ExpectedRevision } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore } from '@karrio/testing';
import { ensureDataKey, loadMasterKeys, openVault, type Vault } from '@karrio/vault';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startExecutorService } from '../src/service.ts';

const log = createLogger('test', 'silent');
const stack = new AsyncDisposableStack();
const keys = { KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
const at = new Date().toISOString();
const ended = new Map<string, RunEnded>();
let store: EventStore;
let bus: Bus;
let vault: Vault;
let host: string;
let received: { headers: IncomingHttpHeaders; url: string; body: string }[];

beforeAll(async () => {
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  /** A server that tells everybody what it was told, in every form that it can think of. */
  const gossip = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers, url = '' } = request;
      const body = Buffer.concat(chunks).toString();
      received.push({ headers, url, body });
      const said = `${headers.authorization ?? ''} ${String(headers['x-shopify-access-token'] ?? '')} ${url} ${body}`;
      const told = {
        plain: said,
        base64: Buffer.from(said).toString('base64'),
        encoded: encodeURIComponent(said),
        header: Buffer.from(String(headers['x-shopify-access-token'] ?? '')).toString('base64'),
      };
      response.setHeader('content-type', 'application/json').setHeader('x-echo', told.encoded);
      response.end(JSON.stringify(told));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => gossip.once('listening', resolve));
  const address = gossip.address();
  host = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  stack.defer(() => {
    gossip.closeAllConnections();
    gossip.close();
  });
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  stack.use(
    bus.subscribe(subjects.runEnded, subjects.runEnded.matching(), (end) => ended.set(end.runId, end)),
  );
  const masterKeys = loadMasterKeys(keys);
  for (const org of ['org_1', 'org_2']) await ensureDataKey(store, masterKeys, org, at);
  vault = openVault({ masterKeys, store });
  const env = { ...keys, NATS_URL: nats.url, EVENTSTORE_URL: server.url, EGRESS_ALLOW: '127.0.0.1' };
  stack.use(await startExecutorService(loadConfig(env), log));
});
afterAll(() => stack.disposeAsync());
beforeEach(() => {
  received = [];
});

const metadataOf = (org: string): EventMetadata => ({
  org,
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
});

const append = (stream: string, event: Event, expected: ExpectedRevision, org = 'org_1') =>
  store.append(stream, [{ ...event, id: randomUUID(), metadata: metadataOf(org) }], expected);

const secretField = async (key: string, plain: string, org = 'org_1'): Promise<Metafield> => ({
  id: newId('metafield'),
  key,
  type: 'password',
  isRequired: true,
  value: null,
  secret: { ...(await vault.seal(org, plain, 'credential')), changedAt: new Date().toISOString() },
});

const aDefinition = (given: Partial<ConnectionDefinition>): ConnectionDefinition => ({
  name: 'Shop',
  description: null,
  authType: 'api_key',
  host,
  port: null,
  endpoint: null,
  templateEngine: 'handlebars',
  authTemplate: null,
  parametersTemplate: null,
  metafields: [],
  credentials: {},
  metadata: {},
  templateSlug: null,
  ...given,
});

const aConnection = async (definition: ConnectionDefinition, org = 'org_1') => {
  const id = newId('connection');
  await append(
    streams.connection(id),
    { type: 'ConnectionCreated', data: { id, slug: 'shop', definition, at } },
    'no-stream',
    org,
  );
  const { credentials: _, metafields, ...plain } = definition;
  return { id, slug: 'shop', revision: 0, ...plain, metafields: plainValues(metafields) };
};

const runWith = async (action: Partial<PlannedAction>) => {
  const planned = anAction({ host: null, endpoint: '/orders', ...action });
  const hash = randomUUID().replaceAll('-', '');
  const plan = aPlan([[planned]]);
  await append(streams.plan(hash), { type: 'PlanSealed', data: { hash, plan } }, 'no-stream');
  const runId = newId('run');
  const request = {
    workflowId: 'wkfl_1',
    planHash: hash,
    eventType: 'manual',
    testMode: false,
    parameters: {},
    at,
  };
  await append(streams.run(runId), { type: 'RunRequested', data: request }, 'no-stream');
  bus.hint(subjects.runReady.of({ org: 'org_1' }), { runId }, runId);
  const end = await eventually('the run to end', () => ended.get(runId));
  const events = await store.read(streams.run(runId));
  return { status: end.status, written: JSON.stringify(events.map(({ type, data }) => ({ type, data }))) };
};

const canary = 'canary-7f3a/+&secret';

it('reaches the server with what its connection adds, and inherits its host', async () => {
  const connection = await aConnection(
    aDefinition({
      authTemplate: '{"headers": {"Authorization": "Bearer {{credentials.api_key}}"}, "query": {"v": "2"}}',
      metafields: [await secretField('api_key', canary)],
    }),
  );
  const { status } = await runWith({ connection });
  expect(status).toBe('success');
  expect(received).toMatchObject([{ url: '/orders?v=2', headers: { authorization: `Bearer ${canary}` } }]);
});

it('shows connection fields to the templates of the request, as prd.md’s Shopify example has it', async () => {
  const connection = await aConnection(
    aDefinition({ metafields: [await secretField('access_token', 'shpat_1')] }),
  );
  const { status } = await runWith({
    connection,
    headerTemplate: '{"X-Shopify-Access-Token": "{{connection.access_token}}"}',
    parametersType: 'querystring',
    parametersTemplate: '{"status": "open"}',
  });
  expect(status).toBe('success');
  expect(received).toMatchObject([
    { url: '/orders?status=open', headers: { 'x-shopify-access-token': 'shpat_1' } },
  ]);
  expect(received[0]?.headers.authorization).toBeUndefined();
});

it('records no secret, however the server repeats it', async () => {
  const connection = await aConnection(
    aDefinition({
      authTemplate: '{"Authorization": "Bearer {{credentials.api_key}}"}',
      metafields: [await secretField('api_key', canary)],
    }),
  );
  const { written } = await runWith({
    connection,
    method: 'post',
    headerTemplate: '{"X-Shopify-Access-Token": "{{connection.api_key}}"}',
    parametersTemplate: '{"note": "{{connection.api_key}}", "kept": "plain"}',
    contentType: 'json',
  });
  expect(received).toHaveLength(1);
  expect(received[0]?.body).toContain('canary');
  expect(written).toContain('plain');
  for (const form of [
    canary,
    encodeURIComponent(canary),
    JSON.stringify(canary).slice(1, -1),
    'canary-7f3a',
  ]) {
    expect(written).not.toContain(form);
  }
  const base64s = written.match(/[A-Za-z0-9+/]{24,}={0,2}/g) ?? [];
  for (const text of base64s) {
    expect(Buffer.from(text, 'base64').toString('latin1')).not.toContain('canary-7f3a');
  }
});

it('takes a rotated secret at once, also for a plan that was sealed before', async () => {
  const definition = aDefinition({ metafields: [await secretField('api_key', 'first-key')] });
  const connection = await aConnection(definition);
  await runWith({ connection });
  const revised = { ...definition, metafields: [await secretField('api_key', 'second-key')] };
  await append(
    streams.connection(connection.id),
    { type: 'ConnectionRevised', data: { definition: revised, at } },
    0,
  );
  await eventually('the new key to be used', async () => {
    await runWith({ connection });
    return received.at(-1)?.headers.authorization === 'Bearer second-key';
  });
});

it.each([
  ['was deleted', 'org_1', true],
  ['belongs to another organisation', 'org_2', false],
])('sends nothing when its connection %s', async (_, org, isDeleted) => {
  const connection = await aConnection(
    aDefinition({ metafields: [await secretField('api_key', canary, org)] }),
    org,
  );
  if (isDeleted) {
    await append(streams.connection(connection.id), { type: 'ConnectionDeleted', data: { at } }, 0);
  }
  const { status, written } = await runWith({ connection });
  expect(status).toBe('failed');
  expect(written).toContain('authentication-failed');
  expect(received).toEqual([]);
});

it('names what is missing before anything is sent', async () => {
  const missing = { ...(await secretField('api_key', 'x')), secret: null };
  const connection = await aConnection(aDefinition({ metafields: [missing] }));
  const { status, written } = await runWith({ connection });
  expect(status).toBe('failed');
  expect(written).toContain('lacks the required api_key');
  expect(received).toEqual([]);
});
