import { describe, expect, it } from 'vitest';
import type { PlannedAction } from '@karrio/domain';
import type { Access, TemplateContext } from '../action-type.ts';
import { planAction } from '../action-types.ts';
import { aContext, anAction } from '../planned-action.fixture.ts';
import type { Outside, WireRequest } from '../wire.ts';

/** Takes down what would leave. */
const composed = async (
  given: Partial<PlannedAction>,
  context: Partial<TemplateContext> = {},
  access?: Access,
) => {
  const sent: WireRequest[] = [];
  const outside: Outside = {
    send: (request) => {
      sent.push(request);
      return Promise.resolve({
        response: { status: 200, headers: {}, body: Buffer.alloc(0), receivedAtMs: 0 },
      });
    },
  };
  const planned = planAction(anAction(given), aContext(context), access);
  if ('failed' in planned) return { failed: planned.failed };
  if (!('effect' in planned)) throw new Error('an HTTP request is an effect');
  await planned.effect.perform(
    outside,
    { org: 'org_1', depth: 0, signal: new AbortController().signal },
    'key-1',
  );
  const [request] = sent;
  if (!request) throw new Error('nothing was sent');
  return { request, url: request.url.href, recorded: planned.effect.request };
};

describe('the URL', () => {
  it.each([
    [{ host: 'api.example.com' }, 'https://api.example.com/'],
    [{ host: 'api.example.com/base/', endpoint: '/orders.json' }, 'https://api.example.com/base/orders.json'],
    [{ host: 'http://api.example.com', endpoint: 'orders' }, 'http://api.example.com/orders'],
    [{ host: 'localhost:8080', endpoint: '/a' }, 'https://localhost:8080/a'],
    [{ host: 'http://localhost:8080', port: 9000 }, 'http://localhost:9000/'],
    [{ host: 'http://[::1]', port: 9000, endpoint: '/a' }, 'http://[::1]:9000/a'],
    [{ host: ' https://h.example ', endpoint: ' /a?x=1&y=2#part ' }, 'https://h.example/a?x=1&y=2'],
    [{ host: 'https://h.example/?k=1', endpoint: '/a?x=1' }, 'https://h.example/a?k=1&x=1'],
    [{ host: 'https://h.example', endpoint: '//evil.example/a' }, 'https://h.example/evil.example/a'],
    [
      { host: 'https://h.example', endpoint: 'https://evil.example/a' },
      'https://h.example/https://evil.example/a',
    ],
    [{ host: 'https://bücher.example', endpoint: '/ä b' }, 'https://xn--bcher-kva.example/%C3%A4%20b'],
  ])('of %j is %s', async (given, url) => {
    expect((await composed(given)).url).toBe(url);
  });

  it('has the values of an endpoint’s template, which cannot change its path', async () => {
    const { url } = await composed(
      { endpoint: '/orders/{{parameters.id}}.json?q={{parameters.q}}' },
      { parameters: { id: '../x?y#z', q: 'a&b=c' } },
    );
    expect(url).toBe('https://api.example.com/orders/..%2Fx%3Fy%23z.json?q=a%26b%3Dc');
  });

  it.each([
    [{ host: null }, 'no host'],
    [{ host: '  ' }, 'no host'],
    [{ host: 'ftp://h' }, 'https:// or http://'],
    [{ host: 'file:///etc/passwd' }, 'file:///etc/passwd'],
    [{ host: 'not a host' }, 'check its spelling'],
    [{ endpoint: '/{{#if}}' }, 'endpoint'],
  ])('of %j is refused with the reason', async (given, message) => {
    const { failed } = await composed(given);
    expect(failed?.message).toContain(message);
  });
});

describe('the parameters', () => {
  const template =
    '{"status": "open", "limit": {{parameters.limit}}, "ids": [1, 2], "none": null, "o": {"a": 1}}';
  const context = { parameters: { limit: 50 } };

  it('of a GET go into the query unless the action says otherwise', async () => {
    const { url, request } = await composed({ parametersTemplate: template, endpoint: '/a?x=1' }, context);
    expect(url).toBe('https://api.example.com/a?x=1&status=open&limit=50&ids=1&ids=2&o=%7B%22a%22%3A1%7D');
    expect(request?.body).toBeNull();
    const asBody = await composed({ parametersTemplate: template, parametersType: 'data' }, context);
    expect(asBody.url).toBe('https://api.example.com/');
    expect(asBody.request?.body).toContain('"limit": 50');
  });

  it('of a POST are its body, digit for digit as rendered', async () => {
    const { request, recorded } = await composed({
      method: 'post',
      parametersTemplate: '{"id": 12345678901234567890}',
    });
    expect(request).toMatchObject({
      method: 'POST',
      body: '{"id": 12345678901234567890}',
      headers: { 'content-type': 'application/json' },
    });
    expect(recorded?.body).toEqual({ id: Number('12345678901234567890') });
  });

  it.each([
    [
      'form',
      '{"a": "x&y", "b": [1, 2]}',
      'a=x%26y&b=1&b=2',
      'application/x-www-form-urlencoded',
      { a: 'x&y', b: ['1', '2'] },
    ],
    [
      'form',
      'a={{parameters.v}}&b=2',
      'a=%3C%26%22&b=2',
      'application/x-www-form-urlencoded',
      { a: '<&"', b: '2' },
    ],
    [
      'xml',
      '<a>{{parameters.v}}</a>',
      '<a>&lt;&amp;&quot;</a>',
      'application/xml; charset=utf-8',
      '<a>&lt;&amp;&quot;</a>',
    ],
    ['text', 'v={{parameters.v}}', 'v=<&"', 'text/plain; charset=utf-8', 'v=<&"'],
  ] as const)('leave as %s', async (contentType, parametersTemplate, body, mimeType, recordedBody) => {
    const { request, recorded } = await composed(
      { method: 'post', contentType, parametersTemplate },
      { parameters: { v: '<&"' } },
    );
    expect(request).toMatchObject({ body, headers: { 'content-type': mimeType } });
    expect(recorded?.body).toEqual(recordedBody);
  });

  it.each([
    [{ parametersTemplate: '[1]' }, 'invalid-request', 'JSON object for a query string'],
    [{ parametersTemplate: '{"a": }', method: 'post' }, 'invalid-json', 'Near: {"a": }'],
    [
      { parametersTemplate: '{"a": {{divide 1 0}}}', method: 'post' },
      'template-failed',
      'parameters_template, line 1, column 7',
    ],
    [
      { parametersTemplate: '{"a": }', method: 'post', contentType: 'form' },
      'invalid-json',
      'parameters_template',
    ],
  ] as const)('%j fail before anything leaves', async (given, code, message) => {
    expect((await composed(given)).failed).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('the headers', () => {
  it('are the template’s over the engine’s, with a stable idempotency key', async () => {
    const { request } = await composed(
      { headerTemplate: '{"X-Version": {{parameters.v}}, "Accept": "text/csv", "X-None": null}' },
      { parameters: { v: 2 } },
    );
    expect(request?.headers).toEqual({
      accept: 'text/csv',
      'accept-encoding': 'gzip, br, zstd, deflate',
      'user-agent': 'karrio-workflow-engine',
      'x-version': '2',
      'idempotency-key': 'key-1',
    });
  });

  it('may have an idempotency key of their own', async () => {
    const { request } = await composed({ headerTemplate: '{"Idempotency-Key": "mine"}' });
    expect(request?.headers['idempotency-key']).toBe('mine');
  });

  it('carry a credential of the host, which stays out of the URL', async () => {
    const { request, url, recorded } = await composed({ host: 'https://ann:p%40ss@h.example' });
    expect(url).toBe('https://h.example/');
    expect(request?.headers['authorization']).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
    expect(JSON.stringify(recorded)).not.toContain(Buffer.from('ann:p@ss').toString('base64'));
  });

  it.each([
    ['{"X": "a\\r\\nX-Injected: 1"}', 'line break'],
    ['{"X": "😀"}', 'Latin-1'],
    ['{"X Y": "1"}', 'HTTP does not allow'],
    ['{"Host": "evil.example"}', 'must not set Host'],
    ['{"transfer-encoding": "chunked"}', 'must not set'],
    ['{"Content-Length": "1"}', 'must not set'],
    ['{"X": [1]}', 'a header is a text'],
    ['[1]', 'JSON object'],
  ])('%s are refused before anything leaves', async (headerTemplate, message) => {
    expect((await composed({ headerTemplate })).failed).toMatchObject({
      code: 'invalid-request',
      message: expect.stringMatching(new RegExp(`^header_template .*${message}`)),
    });
  });

  it('are recorded without their secrets, and so are query and body', async () => {
    const { request, recorded } = await composed({
      method: 'post',
      endpoint: '/a?api_key=hunter2',
      headerTemplate:
        '{"Authorization": "Bearer hunter2", "X-Shopify-Access-Token": "hunter2", "Cookie": "s=hunter2"}',
      parametersTemplate: '{"client_secret": "hunter2", "name": "Ann"}',
    });
    expect(JSON.stringify(request)).toContain('hunter2');
    expect(JSON.stringify(recorded)).not.toContain('hunter2');
    expect(recorded?.body).toEqual({ client_secret: '***', name: 'Ann' });
  });
});
