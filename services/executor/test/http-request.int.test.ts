import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { failureOf, openActions, outputOf } from './actions.ts';
import { openBytes, openShop } from './shop.ts';

const json = { 'content-type': 'application/json' };
const at = ({ port }: { port: number }) => `http://127.0.0.1:${port}`;

describe('an HTTP request', () => {
  it('sends method, path, query, headers and body, and gives the parsed answer', async () => {
    await using shop = await openShop((_, response) =>
      response.writeHead(201, { ...json, 'x-id': '7' }).end('{"ok": [1]}'),
    );
    await using actions = openActions();
    const outcome = await actions.perform({
      host: at(shop),
      endpoint: '/orders?x=1',
      method: 'post',
      headerTemplate: '{"X-Version": "2"}',
      parametersTemplate: '{"a": "é"}',
    });
    expect(outcome).toEqual({
      succeeded: {
        output: { ok: [1] },
        response: { status: 201, bytes: 11, headers: expect.objectContaining({ 'x-id': '7' }) },
      },
    });
    expect(shop.seen).toEqual([
      {
        method: 'POST',
        url: '/orders?x=1',
        body: '{"a": "é"}',
        headers: expect.objectContaining({
          host: `127.0.0.1:${shop.port}`,
          'x-version': '2',
          'content-type': 'application/json',
          'content-length': '11',
          'idempotency-key': 'key-1',
        }),
      },
    ]);
  });

  it.each(['get', 'put', 'patch', 'delete'] as const)('can be a %s', async (method) => {
    await using shop = await openShop((_, response) => response.writeHead(204).end());
    await using actions = openActions();
    expect(outputOf(await actions.perform({ host: at(shop), method }))).toBeNull();
    expect(shop.seen[0]?.method).toBe(method.toUpperCase());
  });

  // Undici rests a connection for one turn of the event loop, so requests without a pause take turns on two.
  it('keeps its connections for the next ones', async () => {
    await using shop = await openShop((_, response) => response.writeHead(200, json).end('1'));
    await using actions = openActions();
    for (let i = 0; i < 10; i++) await actions.perform({ host: at(shop) });
    expect(shop.seen).toHaveLength(10);
    // One that rested for longer than a connection may is replaced, as it is on a starved core.
    expect(shop.connections()).toBeLessThan(5);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ] as const)('unpacks %s', async (encoding, pack) => {
    await using shop = await openShop((_, response) =>
      response.writeHead(200, { ...json, 'content-encoding': encoding }).end(pack('{"a": 1}')),
    );
    await using actions = openActions();
    expect(outputOf(await actions.perform({ host: at(shop) }))).toEqual({ a: 1 });
  });

  it.each([
    [400, undefined],
    [404, undefined],
    [501, undefined],
    [500, { again: 'safe' }],
    [503, { again: 'safe' }],
  ] as const)('that is answered %i fails, and keeps the body and the response', async (status, recovery) => {
    await using shop = await openShop((_, response) =>
      response.writeHead(status, json).end('{"error": "why"}'),
    );
    await using actions = openActions();
    expect(await actions.perform({ host: at(shop), endpoint: '/a' })).toEqual({
      failed: {
        failure: {
          code: 'http-status',
          message: expect.stringContaining(`GET 127.0.0.1:${shop.port}/a answered ${status}`),
          details: { status },
        },
        output: { error: 'why' },
        response: expect.objectContaining({ status }),
        ...(recovery && { recovery }),
      },
    });
  });

  it('records a response without its cookies', async () => {
    await using shop = await openShop((_, response) =>
      response.writeHead(200, { 'set-cookie': ['a=hunter2', 'b=hunter2'] }).end(),
    );
    await using actions = openActions();
    const outcome = await actions.perform({ host: at(shop) });
    expect(outcome).toMatchObject({ succeeded: { response: { headers: { 'set-cookie': '***' } } } });
  });
});

describe('a server that misbehaves', () => {
  it('by saying JSON and sending something else fails the request and shows it', async () => {
    await using shop = await openShop((_, response) => response.writeHead(200, json).end('<html>'));
    await using actions = openActions();
    expect(await actions.perform({ host: at(shop) })).toMatchObject({
      failed: {
        failure: { code: 'invalid-response', message: expect.stringContaining('<html>') },
        output: '<html>',
      },
    });
  });

  it('by saying gzip and sending something else fails the request', async () => {
    await using shop = await openShop((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
    );
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: at(shop) }))).toMatchObject({
      code: 'invalid-response',
      message: expect.stringContaining('gzip'),
    });
  });

  it('by never answering is given up on', async () => {
    await using shop = await openShop(() => undefined);
    await using actions = openActions({ timeoutMs: 1_000 });
    expect(failureOf(await actions.perform({ host: at(shop) }))).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('1000 ms'),
    });
  });

  it('by answering without end is given up on', async () => {
    await using shop = await openShop((_, response) => {
      response.writeHead(200, json).write('[');
      const timer = setInterval(() => response.write('1,'), 10);
      response.on('close', () => clearInterval(timer));
    });
    await using actions = openActions({ timeoutMs: 1_000 });
    expect(failureOf(await actions.perform({ host: at(shop) }))?.code).toBe('timeout');
  });

  it('by accepting a connection and saying nothing of HTTP is recognised', async () => {
    await using bytes = await openBytes((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: at(bytes) }))).toMatchObject({
      code: 'invalid-response',
      message: expect.stringContaining('check scheme and port'),
    });
  });

  it.each([
    ['half the headers', 'HTTP/1.1 200 OK\r\nContent-Len'],
    ['half the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a"'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"a"'],
    ['nothing', ''],
  ])('by sending %s and closing is a lost connection', async (_, bytes) => {
    await using server = await openBytes((socket) => socket.once('data', () => socket.end(bytes)));
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: at(server) }))).toMatchObject({
      code: 'connection-lost',
      message: expect.stringContaining('may have taken effect'),
    });
  });

  it.each([
    ['announced', { 'content-length': '3000000' }],
    ['in chunks', {}],
  ])('by sending too much, %s, is cut off', async (_, headers) => {
    await using shop = await openShop((__, response) =>
      response.writeHead(200, headers).end('x'.repeat(3_000_000)),
    );
    await using actions = openActions({ responseBytesMax: 1_000_000 });
    expect(failureOf(await actions.perform({ host: at(shop) }))).toMatchObject({
      code: 'response-too-large',
      message: expect.stringContaining('RESPONSE_BYTES_MAX (1000000)'),
    });
  });

  it('by sending a small body that unpacks to a huge one is cut off', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await using shop = await openShop((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    await using actions = openActions({ responseBytesMax: 1_000_000 });
    expect(failureOf(await actions.perform({ host: at(shop) }))).toMatchObject({
      code: 'response-too-large',
      message: expect.stringContaining('unpacked'),
    });
  });

  it('by not being there is a refused connection', async () => {
    const gone = await openShop(() => undefined);
    await gone[Symbol.asyncDispose]();
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: at(gone) }))).toMatchObject({
      code: 'connection-refused',
      message: expect.stringContaining(`127.0.0.1:${gone.port}`),
    });
  });

  it('by having no address is not found', async () => {
    await using actions = openActions({
      resolve: () => Promise.reject(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })),
    });
    expect(failureOf(await actions.perform({ host: 'http://no-such-shop.example' }))).toMatchObject({
      code: 'host-not-found',
      message: expect.stringContaining('no-such-shop.example'),
    });
  });

  it('by resolving to nothing is not found', async () => {
    await using actions = openActions({ resolve: () => Promise.resolve([]) });
    expect(failureOf(await actions.perform({ host: 'http://empty.example' }))?.code).toBe('host-not-found');
  });

  it('by never finishing the name’s resolution is given up on', async () => {
    await using actions = openActions({ connectTimeoutMs: 100, resolve: () => new Promise(() => undefined) });
    expect(failureOf(await actions.perform({ host: 'http://slow.example' }))).toMatchObject({
      code: 'connect-timeout',
      message: expect.stringContaining('100 ms'),
    });
  });

  it('by speaking HTTP where TLS is expected fails the TLS connection', async () => {
    await using shop = await openShop((_, response) => response.end('hello'));
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: `https://127.0.0.1:${shop.port}` }))?.code).toBe(
      'tls-failed',
    );
  });
});

describe('an abandoned request', () => {
  it('ends with the signal’s reason, and its connection is closed', async () => {
    const reason = new Error('the run is someone else’s');
    const controller = new AbortController();
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    await using shop = await openShop((request) => {
      request.socket.on('close', () => close());
      controller.abort(reason);
    });
    await using actions = openActions();
    await expect(actions.perform({ host: at(shop) }, { signal: controller.signal })).rejects.toBe(reason);
    await closed;
  });

  it('never leaves when the signal has aborted before', async () => {
    await using shop = await openShop((_, response) => response.end());
    await using actions = openActions();
    await expect(
      actions.perform({ host: at(shop) }, { signal: AbortSignal.abort(new Error('late')) }),
    ).rejects.toThrow('late');
    await actions.perform({ host: at(shop), endpoint: '/second' });
    expect(shop.seen.map(({ url }) => url)).toEqual(['/second']);
  });
});
