import { createHmac } from 'node:crypto';
import { subjects, type Command } from '@karrio/contracts';
import { defaultWebhookPolicy, type SignaturePolicy, type WebhookPolicy } from '@karrio/domain';
import { openVault } from '@karrio/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accepted,
  addRun,
  addTrigger,
  addWorkflow,
  apiKey,
  masterKeys,
  projected,
  startGateway,
  strangerKey,
  type TestGateway,
} from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

type Sent = Readonly<{ body?: string | Buffer; headers?: Readonly<Record<string, string>>; query?: string }>;

const post = async (path: string, { body = '{"id":1}', headers = {}, query = '' }: Sent = {}) => {
  const response = await fetch(`${gateway.url}${path}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
};
const errorOf = ({ status, body }: Awaited<ReturnType<typeof post>>) => [status, body.errors?.[0]?.code];

const payloadOf = (command: Command | undefined) => JSON.parse(JSON.stringify(command?.payload));
const runIdOf = (command: Command): string => payloadOf(command).runId;
const lastOf = (wanted: string) => payloadOf(gateway.commands.findLast(({ name }) => name === wanted));
const acceptRuns = () => gateway.answerWith((command) => accepted(runIdOf(command), 3));

/** The write side's answer to a delivery that may come once: the id of its run is taken by the first. */
const acceptOnce = () => {
  const taken = new Set<string>();
  gateway.answerWith((command) => {
    const { runId, isOnce } = payloadOf(command);
    const isFirst = !taken.has(runId);
    taken.add(runId);
    if (isFirst || !isOnce) return accepted(runId, 3);
    return { rejected: { code: 'repeated', errors: [{ field: 'id', messages: [`It started ${runId}.`] }] } };
  });
};

const sealed = async (plain: string) =>
  (await openVault({ masterKeys, store: gateway.store }).seal('org_1', plain, 'webhook')).sealed;

const openHook = async (policy: Partial<WebhookPolicy>, secret?: string) => {
  const workflow = await addWorkflow(gateway);
  const { id } = await addTrigger(gateway, workflow.id, {
    webhook: { ...defaultWebhookPolicy, ...policy },
    sealed_secret: secret === undefined ? null : await sealed(secret),
  });
  return { workflowId: workflow.id, path: `/v1/webhooks/${id}` };
};

const signedAs = (scheme: SignaturePolicy['scheme']): Pick<WebhookPolicy, 'signature'> => ({
  signature: { scheme, header: null, timestampHeader: null, toleranceMs: 300_000 },
});
const hmac = (text: string | Buffer, secret = 's3cret') => createHmac('sha256', secret).update(text);
const stripe = (body: string, seconds = Math.floor(Date.now() / 1_000)) => ({
  'stripe-signature': `t=${seconds},v1=${hmac(`${seconds}.${body}`).digest('hex')}`,
});

describe('a signed delivery', () => {
  it('is checked over the bytes as they came, at both addresses', async () => {
    const { path, workflowId } = await openHook(signedAs('shopify'), 's3cret');
    acceptRuns();
    // Not UTF-8, spaced as no serializer would.
    const body = Buffer.from('{"city" :  "Zürich"}', 'latin1');
    const headers = {
      'content-type': 'application/json; charset=iso-8859-1',
      'x-shopify-hmac-sha256': hmac(body).digest('base64'),
    };
    for (const address of [path, `/v1/workflows/${workflowId}/trigger`]) {
      expect((await post(address, { body, headers })).status).toBe(202);
      expect(lastOf('request_run').parameters).toEqual({ city: 'Zürich' });
    }
    const changed = Buffer.from('{"city" : "Zürich"}', 'latin1');
    expect(errorOf(await post(path, { body: changed, headers }))).toEqual([401, 'wrong_signature']);
    expect(errorOf(await post(path, { body }))).toEqual([401, 'wrong_signature']);
  });

  it('that is too old is refused, and one that comes again is named its run', async () => {
    const { path } = await openHook(signedAs('stripe'), 's3cret');
    acceptOnce();
    const body = '{"note":"no id here"}';
    const old = stripe(body, Math.floor(Date.now() / 1_000) - 3_600);
    expect(errorOf(await post(path, { body, headers: old }))).toEqual([401, 'signature_expired']);
    const headers = stripe(body);
    const first = await post(path, { body, headers });
    expect(first.status).toBe(202);
    const replay = await post(path, { body, headers: { ...headers, 'idempotency-key': 'fresh' } });
    expect(errorOf(replay)).toEqual([409, 'replayed']);
    expect(replay.body.errors[0].message).toContain(first.body.id);
  });

  it('is good under the former secret, and shows what it is only to its organisation', async () => {
    const { path } = await openHook(signedAs('github'), 'new');
    const former_secret = {
      sealed: await sealed('old'),
      fingerprint: null,
      until: new Date(Date.now() + 60_000).toISOString(),
    };
    await gateway.db
      .updateTable('workflow_trigger')
      .set({ former_secret })
      .where('id', '=', path.slice(13))
      .execute();
    acceptRuns();
    const headers = { 'x-hub-signature-256': `sha256=${hmac('{}', 'old').digest('hex')}` };
    expect((await post(path, { body: '{}', headers })).status).toBe(202);
    const stranger = { ...headers, authorization: `Token ${strangerKey}` };
    const unknown = await post('/v1/webhooks/wtrg_none', { headers: stranger });
    expect(await post(path, { body: '{}', headers: stranger })).toMatchObject({
      status: unknown.status,
      body: unknown.body,
    });
  });
});

describe('a delivery with a key', () => {
  it('is one run for a thousand, a hundred at once, and all are answered the same', async () => {
    const { path } = await openHook({ deliveryKey: { path: 'order.id' } });
    acceptRuns();
    const body = '{"order":{"id":42}}';
    // More at once would wait for their connections, and a client gives up on one after ten seconds.
    const sendTen = async () => {
      const ten = [];
      while (ten.length < 10) ten.push(await post(path, { body }));
      return ten.map(({ status, body: answer }) => JSON.stringify([status, answer]));
    };
    const answers = (await Promise.all(Array.from({ length: 100 }, sendTen))).flat();
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')).toMatchObject([202, { id: expect.stringMatching(/^wevt_/) }]);
    const other = await post(path, { body: '{"order":{"id":43}}' });
    expect(answers[0]).not.toContain(other.body.id);
  });

  it('is answered by its key before its time of signing: a repetition is no replay', async () => {
    const { path } = await openHook(signedAs('stripe'), 's3cret');
    acceptOnce();
    const body = '{"id":"evt_1"}';
    const headers = stripe(body);
    const first = await post(path, { body, headers });
    expect(await post(path, { body, headers })).toMatchObject({ status: 202, body: first.body });
  });

  it('is known by its body, where its sender signs nothing else: whoever sends it again gets the same run', async () => {
    const { path } = await openHook({ ...signedAs('hmac'), deliveryKey: { body: true } }, 's3cret');
    acceptOnce();
    const send = (body: string) => post(path, { body, headers: { 'x-signature': hmac(body).digest('hex') } });
    const first = await send('{"order":1}');
    expect(await send('{"order":1}')).toMatchObject({ status: 202, body: first.body });
    acceptRuns();
    const other = await send('{"order":2}');
    expect([other.status, other.body.id === first.body.id]).toEqual([202, false]);
  });

  it('is refused without it, unless a member sends it', async () => {
    const { path } = await openHook({ deliveryKey: { header: 'X-Delivery' } });
    acceptRuns();
    const missing = await post(path);
    expect(errorOf(missing)).toEqual([400, 'validation']);
    expect(missing.body.errors[0].message).toContain('X-Delivery');
    expect((await post(path, { headers: { authorization: `Token ${apiKey}` } })).status).toBe(202);
  });
});

describe('a trigger', () => {
  it('takes as many deliveries as its limit, and says when to come again', async () => {
    const { path } = await openHook({ rateLimit: { deliveries: 2, perMs: 3_600_000 } });
    const { path: other } = await openHook({ rateLimit: { deliveries: 2, perMs: 3_600_000 } });
    acceptRuns();
    const statuses = [];
    for (let delivery = 0; delivery < 3; delivery++) statuses.push((await post(path)).status);
    expect(statuses).toEqual([202, 202, 429]);
    const refused = await post(path);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect((await post(other)).status).toBe(202);
  });

  it('in test mode starts test runs, whoever sends', async () => {
    const { id: workflowId } = await addWorkflow(gateway);
    const { id } = await addTrigger(gateway, workflowId, { test_mode: true });
    acceptRuns();
    for (const headers of [{}, { authorization: `Token ${apiKey}` }]) {
      const { headers: answered, body } = await post(`/v1/webhooks/${id}`, { headers });
      expect([answered.get('x-test-mode'), body.test_mode]).toEqual(['true', true]);
      expect(lastOf('request_run').testMode).toBe(true);
    }
  });

  it('that is paused says so, and one that is no webhook is not there', async () => {
    const { id: workflowId } = await addWorkflow(gateway);
    const paused = await addTrigger(gateway, workflowId, { is_active: false });
    const manual = await addTrigger(gateway, workflowId, { trigger_type: 'manual' });
    expect(errorOf(await post(`/v1/webhooks/${paused.id}`))).toEqual([409, 'trigger_paused']);
    expect(errorOf(await post(`/v1/webhooks/${manual.id}`))).toEqual([404, 'not_found']);
    expect(errorOf(await post('/v1/webhooks/wtrg_none'))).toEqual([404, 'not_found']);
  });

  it('refuses a form with files, saying what it takes', async () => {
    const { path } = await openHook({});
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const refused = await post(path, { body: '--x--', headers });
    expect(errorOf(refused)).toEqual([415, 'unsupported_body']);
    expect(refused.body.errors[0].message).toContain('JSON, a form');
  });

  it('gives a run the whole request where it should, without what proves the sender', async () => {
    const { path } = await openHook({ ...signedAs('github'), parametersFrom: 'request' }, 's3cret');
    acceptRuns();
    const signature = { 'x-hub-signature-256': `sha256=${hmac('{"id":1}').digest('hex')}` };
    const headers = { ...signature, 'x-github-event': 'push', cookie: 'session=1', authorization: 'Basic x' };
    await post(path, { headers, query: '?tag=a&tag=b&wait=1ms' });
    const { parameters } = lastOf('request_run');
    expect(parameters).toMatchObject({
      method: 'POST',
      headers: { 'x-github-event': 'push', 'content-type': 'application/json' },
      query: { tag: ['a', 'b'] },
      body: { id: 1 },
    });
    for (const name of ['x-hub-signature-256', 'cookie', 'authorization']) {
      expect(parameters.headers).not.toHaveProperty(name);
    }
  });

  it('passes on how many runs led to a delivery', async () => {
    const { path } = await openHook({});
    acceptRuns();
    await post(path, { headers: { 'karrio-depth': '2' } });
    expect(lastOf('request_run').depth).toBe(3);
    await post(path, { headers: { 'karrio-depth': 'none' } });
    expect(lastOf('request_run')).not.toHaveProperty('depth');
  });
});

describe('a trigger with a response', () => {
  const response = {
    statusTemplate: '{{#if steps.quote.response.price}}201{{else}}404{{/if}}',
    headerTemplate: '{"X-Sku": "{{parameters.sku}}"}',
    bodyTemplate: '<price>{{steps.quote.response.price}}</price>',
    contentType: 'xml',
    templateEngine: 'handlebars',
    waitMs: 20_000,
  } as const;

  const endRuns = (status: 'success' | 'failed', output: object) =>
    gateway.answerWith(async (command) => {
      const id = runIdOf(command);
      const { workflowId: workflow_id, parameters } = payloadOf(command);
      await addRun(gateway, { id, workflow_id, status, parameters });
      await gateway.db.insertInto('run_action').values(quoted(id, output)).execute();
      gateway.bus.publish(subjects.runEnded.of({ org: 'org_1', runId: id }), {
        runId: id,
        status,
        position: '9',
      });
      return accepted(id, 3);
    });

  it('answers with what its templates make of the run, waiting for it without being asked', async () => {
    const { path } = await openHook({ response });
    await projected(gateway, 9);
    endRuns('success', { price: 12.5 });
    const answer = await post(path, { body: '{"sku":"a"}' });
    expect([answer.status, answer.body]).toEqual([201, '<price>12.5</price>']);
    expect(answer.headers.get('content-type')).toBe('application/xml; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('x-sku')).toBe('a');
    const run = await post(path, { query: '?include=run' });
    expect([run.status, run.body.status]).toEqual([200, 'success']);
  });

  it('says that the run failed, or that the templates did, each with the run’s id', async () => {
    const { path } = await openHook({ response });
    const broken = await openHook({ response: { ...response, statusTemplate: 'fine' } });
    await projected(gateway, 9);
    endRuns('failed', {});
    expect(errorOf(await post(path))).toEqual([502, 'run_failed']);
    endRuns('success', {});
    const refused = await post(broken.path);
    expect(errorOf(refused)).toEqual([502, 'response_failed']);
    expect(refused.body.errors[0].message).toMatch(/wevt_.*status rendered "fine"/);
  });
});

const quoted = (run_id: string, output: object) => ({
  run_id,
  slug: 'quote',
  attempt: 1,
  org_id: 'org_1',
  action_id: 'wact_1',
  action_type: 'data_mapping' as const,
  step_order: 1,
  status: 'success' as const,
  request: null,
  response: null,
  output: { json: JSON.parse(JSON.stringify(output)) },
  passed: null,
  failure: null,
  started_at: '2026-11-22T10:00:00.000Z',
  ended_at: '2026-11-22T10:00:01.000Z',
  revision: 1,
});

describe('events over HTTP', () => {
  const anEvent = { specversion: '1.0', type: 'order.created', source: '/shop', id: '1', data: { total: 7 } };
  const key = { authorization: `Token ${apiKey}` };
  const structured = { ...key, 'content-type': 'application/cloudevents+json' };
  const send = (headers: Readonly<Record<string, string>>, body: unknown) =>
    post('/v1/events', { headers, body: JSON.stringify(body) });

  const started = (id: string) => ({ runId: `wevt_${id}`, workflowId: 'wkfl_1', triggerId: 'wtrg_1' });
  const receiveEvents = () =>
    gateway.answerWith((command) => {
      const { id } = payloadOf(command).event;
      return { accepted: { id, position: '3', event: { started: [started(id)], notStarted: [] } } };
    });

  it('are answered with the runs that they started, one or many, in each mode', async () => {
    receiveEvents();
    const answerTo = (id: string) => ({
      id,
      source: '/shop',
      type: 'order.created',
      started: [
        {
          id: `wevt_${id}`,
          object_type: 'workflow_event',
          workflow_id: 'wkfl_1',
          trigger_id: 'wtrg_1',
          links: { workflow_event: `/v1/workflow_events/wevt_${id}` },
        },
      ],
      not_started: [],
    });
    expect(await send(structured, anEvent)).toMatchObject({ status: 202, body: { events: [answerTo('1')] } });
    const batch = { ...key, 'content-type': 'application/cloudevents-batch+json' };
    const many = await send(batch, [anEvent, { ...anEvent, id: '2' }]);
    expect(many).toMatchObject({ status: 202, body: { events: [answerTo('1'), answerTo('2')] } });
    const binary = {
      'ce-specversion': '1.0',
      'ce-type': 'order.created',
      'ce-source': '/shop',
      'ce-id': '3',
    };
    expect((await send({ ...key, ...binary }, { total: 8 })).body).toEqual({ events: [answerTo('3')] });
    expect(lastOf('receive_event').event).toMatchObject({ id: '3', data: { total: 8 } });
  });

  it('say how deep the runs are that they start: one more than the request or the event says', async () => {
    receiveEvents();
    await send({ ...structured, 'karrio-depth': '1' }, { ...anEvent, karriodepth: 4 });
    expect(lastOf('receive_event').depth).toBe(5);
    await send({ ...structured, 'karrio-depth': '7' }, anEvent);
    expect(lastOf('receive_event').depth).toBe(8);
  });

  it('are no success while the write side takes not all of them', async () => {
    gateway.answerWith((command) =>
      payloadOf(command).event.id === '2'
        ? { rejected: { code: 'backlog-full', errors: [{ field: 'workflowId', messages: ['Full.'] }] } }
        : accepted('1'),
    );
    const batch = { ...key, 'content-type': 'application/cloudevents-batch+json' };
    expect(errorOf(await send(batch, [anEvent, { ...anEvent, id: '2' }]))).toEqual([429, 'backlog_full']);
  });

  it('say what they would start where they are only tried, and nothing is sent', async () => {
    const listeners = [
      { triggerId: 'wtrg_1', workflowId: 'wkfl_1', passes: true, problem: null },
      { triggerId: 'wtrg_2', workflowId: 'wkfl_2', passes: false, problem: null },
      { triggerId: 'wtrg_3', workflowId: 'wkfl_3', passes: false, problem: 'It failed.' },
    ];
    using _ = gateway.bus.respond('command', async () => ({ answered: { listeners } }));
    // NATS knows by then that somebody is there to be asked.
    await gateway.bus.ping();
    const sent = gateway.commands.length;
    const tried = await post('/v1/events', {
      headers: structured,
      body: JSON.stringify(anEvent),
      query: '?dry_run=true',
    });
    expect(tried).toMatchObject({
      status: 200,
      body: {
        events: [
          {
            id: '1',
            would_start: [{ workflow_id: 'wkfl_1', trigger_id: 'wtrg_1' }],
            would_not_start: [
              { trigger_id: 'wtrg_2', message: expect.stringContaining('filter') },
              { trigger_id: 'wtrg_3', message: 'It failed.' },
            ],
          },
        ],
      },
    });
    expect(gateway.commands).toHaveLength(sent);
    const wrong = await post('/v1/events', {
      headers: structured,
      body: JSON.stringify(anEvent),
      query: '?dry_run=yes',
    });
    expect(errorOf(wrong)).toEqual([400, 'validation']);
  });

  it('need a key, and are refused with what is wrong', async () => {
    const { authorization: _, ...keyless } = structured;
    expect(errorOf(await send(keyless, anEvent))).toEqual([401, 'authentication_required']);
    const refused = await send(structured, { ...anEvent, id: undefined });
    expect([refused.status, refused.body.errors[0]]).toMatchObject([
      400,
      { code: 'validation', message: expect.stringContaining('id'), details: { field: 'id' } },
    ]);
  });
});
