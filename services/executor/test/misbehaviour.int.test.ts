import { defaultHttpPolicy } from '@karrio/domain';
import { eventually } from '@karrio/testing';
import { generate } from 'selfsigned';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { failureOf, openActions, outputOf, recoveryOf } from './actions.ts';
import { openBytes, openShop } from './shop.ts';

const at = ({ port }: { port: number }) => `http://127.0.0.1:${port}`;
const json = { 'content-type': 'application/json' };
const respond = (head: string, body: string | Buffer = '') =>
  openBytes((socket) =>
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from(head), Buffer.from(body)]))),
  );
const head = (...lines: readonly string[]) =>
  `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

describe('an answer', () => {
  it('that is packed with zstd is unpacked', async () => {
    await using shop = await openShop((_, response) =>
      response.writeHead(200, { ...json, 'content-encoding': 'zstd' }).end(zstdCompressSync('{"a": 1}')),
    );
    await using actions = openActions();
    expect(outputOf(await actions.perform({ host: at(shop) }))).toEqual({ a: 1 });
  });

  it('whose gzip ends too early fails, though its length is right', async () => {
    const packed = gzipSync(Buffer.from(JSON.stringify({ text: 'x'.repeat(5_000) })));
    await using shop = await openShop((_, response) =>
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(packed.subarray(0, -12)),
    );
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: at(shop) }))).toMatchObject({
      code: 'invalid-response',
      message: expect.stringContaining('gzip'),
    });
  });

  it.each([
    ['longer than it says is cut where it said', 'Content-Length: 2', '[]garbage', { output: [] }],
    ['with two lengths fails', 'Content-Length: 2\r\nContent-Length: 3', '[]', { code: 'connection-lost' }],
    ['with a length that is no number is no HTTP', 'Content-Length: two', '[]', { code: 'invalid-response' }],
  ])('%s', async (_, length, body, expected) => {
    await using server = await respond(
      head('Content-Type: application/json', length, 'Connection: close'),
      body,
    );
    await using actions = openActions();
    const outcome = await actions.perform({ host: at(server) });
    expect({ output: outputOf(outcome), code: failureOf(outcome)?.code }).toMatchObject(expected);
  });

  it.each([
    ['text/plain; charset=iso-8859-1', Buffer.from([0xe4]), 'ä'],
    ['text/plain; charset=utf-8', Buffer.from([0xe4]), 'ä'],
    ['text/plain', Buffer.from([0xe4]), 'ä'],
    ['text/plain; charset=nonsense', Buffer.from('ä'), 'ä'],
    ['text/plain; charset=utf-8', Buffer.from([0xff, 0xfe, 0xe4, 0x00]), 'ä'],
    ['application/json', Buffer.from('\uFEFF{"a": "ä"}'), { a: 'ä' }],
    ['application/json; charset=utf-16le', Buffer.from('{"a": 1}', 'utf16le'), { a: 1 }],
    ['text/xml', Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe4</a>', 'latin1'), { a: 'ä' }],
    ['application/octet-stream', Buffer.from([0xff, 0x00]), '/wA='],
  ])('of %s is read as what it is', async (contentType, body, output) => {
    await using shop = await openShop((_, response) =>
      response.writeHead(200, { 'content-type': contentType }).end(body),
    );
    await using actions = openActions();
    expect(outputOf(await actions.perform({ host: at(shop) }))).toEqual(output);
  });

  it('of 100 MiB is refused early, and what came of it is not kept', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    let sent = 0;
    await using shop = await openShop((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (sent++ < 100) if (!response.write(chunk)) return response.once('drain', more);
        return response.end();
      };
      more();
    });
    await using actions = openActions({ responseBytesMax: 1024 * 1024 });
    expect(failureOf(await actions.perform({ host: at(shop) }))?.code).toBe('response-too-large');
    expect(sent).toBeLessThan(30);
  });

  it('that announces 100 MiB is refused before its body', async () => {
    await using server = await openBytes((socket) =>
      // The body never comes: only the announcement can end this.
      socket.once('data', () => socket.write(head('Content-Length: 104857600'))),
    );
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: at(server) }))?.code).toBe('response-too-large');
  });

  it('with a flood of headers is refused', async () => {
    const flood = Array.from({ length: 5_000 }, (_, i) => `X-${i}: ${'y'.repeat(50)}`);
    await using server = await respond(head(...flood, 'Content-Length: 0'));
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: at(server) }))?.code).toBe('invalid-response');
  });

  it('that a few others announce is awaited, and that endless ones announce is not', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\n\r\n';
    const final = `${head('Content-Length: 2', 'Connection: close')}ok`;
    await using few = await respond(early.repeat(3), final);
    await using flood = await respond(early.repeat(10_000), final);
    await using actions = openActions();
    expect(outputOf(await actions.perform({ host: at(few) }))).toBe('ok');
    expect(failureOf(await actions.perform({ host: at(flood) }))?.code).toMatch(
      /^(?:response-too-large|invalid-response)$/,
    );
  });
});

describe('a connection', () => {
  it('that died at rest is replaced by a new one', async () => {
    const open = new Set<{ destroy: () => void }>();
    await using shop = await openShop((request, response) => {
      open.add(request.socket);
      response.writeHead(200, json).end('1');
    });
    await using actions = openActions();
    for (let deaths = 0; deaths < 5; deaths++) {
      // The client may not have heard of the last death yet, which is its answer then.
      await eventually('an answer', async () => outputOf(await actions.perform({ host: at(shop) })) === 1);
      for (const socket of open) socket.destroy();
      open.clear();
    }
    expect(shop.connections()).toBeGreaterThanOrEqual(5);
  });

  it('to a server whose certificate nobody vouches for, or has expired, is refused', async () => {
    const now = Date.now();
    const day = 86_400_000;
    const selfSigned = await generate([{ name: 'commonName', value: '127.0.0.1' }], { algorithm: 'sha256' });
    const expired = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      algorithm: 'sha256',
      notBeforeDate: new Date(now - 2 * day),
      notAfterDate: new Date(now - day),
    });
    for (const pair of [selfSigned, expired]) {
      const tls = { key: pair.private, cert: pair.cert };
      await using shop = await openShop((_, response) => response.end('secret'), { tls });
      await using actions = openActions();
      const outcome = await actions.perform({ host: `https://127.0.0.1:${shop.port}` });
      expect(failureOf(outcome)).toMatchObject({
        code: 'tls-failed',
        message: expect.stringMatching(/certificate/i),
      });
      expect(shop.seen).toEqual([]);
    }
  });

  it('of an action that gives it little time is given up on, and nothing was sent', async () => {
    await using actions = openActions({ resolve: () => new Promise(() => undefined) });
    const http = { ...defaultHttpPolicy, connectTimeoutMs: 50 };
    const outcome = await actions.perform({ host: 'http://slow.example', method: 'post', http });
    expect(failureOf(outcome)).toMatchObject({
      code: 'connect-timeout',
      message: expect.stringContaining('50 ms'),
    });
    expect(recoveryOf(outcome)).toEqual({ again: 'safe' });
  });
});

describe('an action', () => {
  const policy = defaultHttpPolicy;

  it('has a time of its own, within the operator’s', async () => {
    await using shop = await openShop(() => undefined);
    await using actions = openActions({ timeoutMs: 2_000 });
    const short = await actions.perform({ host: at(shop), http: { ...policy, timeoutMs: 1_000 } });
    expect(failureOf(short)).toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/within 1000 ms.*raise the action's timeout/),
    });
    expect(recoveryOf(short)).toEqual({ again: 'unsure' });
    const long = await actions.perform({ host: at(shop), http: { ...policy, timeoutMs: 60_000 } });
    expect(failureOf(long)?.message).toMatch(/within 2000 ms.*HTTP_TIMEOUT_MS/);
  });

  it.each([
    [404, ['404', '2xx'], true],
    [404, ['400-410'], true],
    [200, ['404'], false],
    [500, ['2XX'], false],
  ])('that is answered %i and accepts %j succeeds: %s', async (status, acceptedStatuses, succeeds) => {
    await using shop = await openShop((_, response) => response.writeHead(status, json).end('{"a": 1}'));
    await using actions = openActions();
    const outcome = await actions.perform({ host: at(shop), http: { ...policy, acceptedStatuses } });
    expect('succeeded' in outcome).toBe(succeeds);
  });

  it('with a body over the limit sends nothing', async () => {
    await using shop = await openShop((_, response) => response.end());
    await using actions = openActions({ requestBytesMax: 10 });
    const outcome = await actions.perform({
      host: at(shop),
      method: 'post',
      parametersTemplate: '"ä 12345678"',
    });
    expect(failureOf(outcome)).toMatchObject({
      code: 'request-too-large',
      message: expect.stringContaining('REQUEST_BYTES_MAX (10)'),
    });
    expect(shop.connections()).toBe(0);
  });
});
