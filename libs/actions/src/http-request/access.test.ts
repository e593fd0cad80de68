import { defaultHttpPolicy, type Json, type PlannedAction } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import type { Access, Outcome } from '../action-type.ts';
import { planAction } from '../action-types.ts';
import { aContext, anAction } from '../planned-action.fixture.ts';
import type { Answer, WireRequest } from '../wire.ts';

const token = 'canary-"token"/+1';
const access: Access = {
  context: { shop: 'ann', token },
  headers: { 'x-plain-name': `Token ${token}` },
  query: [['key', token]],
  secrets: [token],
};
const connection: NonNullable<PlannedAction['connection']> = {
  id: 'wcon_1',
  slug: 'shop',
  revision: 0,
  name: 'Shop',
  description: null,
  authType: 'api_key',
  host: 'https://shop.example/base',
  port: 8443,
  endpoint: '/default',
  templateEngine: 'handlebars',
  authTemplate: null,
  parametersTemplate: null,
  metafields: { shop: 'ann' },
  metadata: {},
  templateSlug: null,
};
const sender = { org: 'org_1', depth: 0, signal: new AbortController().signal };

const planned = (given: Partial<PlannedAction>, lent: Access | undefined = access) =>
  planAction(anAction({ host: null, connection, ...given }), aContext(), lent);

const sent = async (
  given: Partial<PlannedAction>,
  answer: Json = null,
): Promise<{ request: WireRequest; recorded: unknown; outcome: Outcome }> => {
  const plan = planned(given);
  if (!('effect' in plan)) throw new Error(JSON.stringify(plan));
  const requests: WireRequest[] = [];
  const echoed: Answer = {
    response: {
      status: 200,
      headers: { 'content-type': 'application/json', 'x-echo': token },
      body: Buffer.from(JSON.stringify(answer)),
      receivedAtMs: 0,
    },
  };
  const send = (request: WireRequest) => {
    requests.push(request);
    return Promise.resolve(echoed);
  };
  const outcome = await plan.effect.perform({ send }, sender, 'key-1');
  const [request] = requests;
  if (!request) throw new Error('nothing was sent');
  return { request, recorded: plan.effect.request, outcome };
};

describe('an action with a connection', () => {
  it.each<[Partial<PlannedAction>, string]>([
    [{}, 'https://shop.example:8443/base/default'],
    [{ endpoint: '/mine', port: 9000 }, 'https://shop.example:9000/base/mine'],
    [{ host: 'https://other.example' }, 'https://other.example/default'],
  ])('takes from it what it does not say itself: %j', async (given, url) => {
    const { request } = await sent(given);
    expect(request.url.origin + request.url.pathname).toBe(url);
  });

  it('sends what the connection adds, and its own over that', async () => {
    const { request } = await sent({ headerTemplate: '{"X-Plain-Name": "mine"}' });
    expect(request.headers['x-plain-name']).toBe('mine');
    expect(request.url.searchParams.get('key')).toBe(token);
  });

  it('sees its secrets in header, parameters and endpoint, and shows them nowhere', async () => {
    const { request, recorded, outcome } = await sent(
      {
        method: 'post',
        endpoint: '/bot{{connection.token}}/send',
        headerTemplate: '{"X-Other": "{{connection.token}}"}',
        parametersTemplate: '{"to": "{{connection.shop}}", "nested": {"t": "{{connection.token}}"}}',
      },
      { you: 'sent', token, list: [`Token ${token}`] },
    );
    expect(request.headers['x-other']).toBe(token);
    expect(request.body).toContain(JSON.stringify(token));
    expect(decodeURIComponent(request.url.pathname)).toContain(token);
    const shown = JSON.stringify([recorded, outcome]);
    expect(shown).not.toContain('canary');
    expect(recorded).toMatchObject({ body: { to: 'ann', nested: { t: '***' } } });
    expect(outcome).toMatchObject({
      succeeded: {
        output: { you: 'sent', token: '***', list: ['Token ***'] },
        response: { headers: { 'x-echo': '***' } },
      },
    });
  });

  it('names what may go to no other origin', async () => {
    const { request } = await sent({
      method: 'post',
      headerTemplate: '{"X-Other": "{{connection.token}}", "X-Harmless": "1"}',
      parametersTemplate: '{"t": "{{connection.token}}"}',
    });
    expect(request.confidential).toEqual({ headers: ['x-plain-name', 'x-other'], body: true });
  });

  it('tells no secret in a failure, not even a part of one', () => {
    const plan = planned({ method: 'post', parametersTemplate: '{"a": {{{connection.token}}} }' });
    expect(plan).toMatchObject({ failed: { code: 'invalid-json' } });
    expect(JSON.stringify(plan)).not.toContain('canary');
  });

  it.each(['data_mapping', 'conditional'] as const)('has no secrets as a %s', (actionType) => {
    const parametersTemplate = '{"result": "{{connection.token}}", "shop": "{{connection.shop}}"}';
    const plan = planned({ actionType, parametersTemplate }, undefined);
    expect(plan).toMatchObject({ pure: { succeeded: {} } });
    expect(JSON.stringify(plan)).not.toContain('canary');
  });
});

describe('a failed request', () => {
  const failed = async (
    status: number,
    headers: Record<string, string> = {},
    retry = defaultHttpPolicy.retry,
  ) => {
    const plan = planned({ http: { ...defaultHttpPolicy, retry } });
    if (!('effect' in plan)) throw new Error('an HTTP request is an effect');
    const response = { status, headers, body: Buffer.alloc(0), receivedAtMs: Date.UTC(2026, 0, 1) };
    const outcome = await plan.effect.perform({ send: () => Promise.resolve({ response }) }, sender, 'k');
    return 'failed' in outcome ? outcome.failed.recovery : undefined;
  };

  it.each([408, 425, 429, 500, 502, 503, 504, 522, 524])('of status %i may be made again', async (status) => {
    expect(await failed(status)).toEqual({ again: 'safe' });
  });

  it.each([400, 401, 404, 409, 422, 501])('of status %i may not', async (status) => {
    expect(await failed(status)).toBeUndefined();
  });

  it('follows its own list of statuses', async () => {
    const retry = { retriesMax: 1, baseDelayMs: 1, delayMsMax: 1, statuses: ['404', '410-412'] };
    expect(await failed(404, {}, retry)).toEqual({ again: 'safe' });
    expect(await failed(411, {}, retry)).toEqual({ again: 'safe' });
    expect(await failed(503, {}, retry)).toBeUndefined();
  });

  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }, 9_000],
    // Its clock is five minutes behind ours.
    [{ 'retry-after': 'Wed, 31 Dec 2025 23:55:09 GMT', date: 'Wed, 31 Dec 2025 23:55:00 GMT' }, 9_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
  ])('with %j waits %s ms', async (headers, afterMs) => {
    expect(await failed(503, headers)).toEqual({ again: 'safe', ...(afterMs !== undefined && { afterMs }) });
  });
});
