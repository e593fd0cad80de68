import { describe, expect, it } from 'vitest';
import { failureOf, openActions, outputOf } from './actions.ts';
import { openShop, type Shop } from './shop.ts';

const text = { 'content-type': 'text/plain' };

/** Loopback aliases stand for refused places: even with a broken guard nothing would leave the machine. */
const openPair = async () => {
  const secret = await openShop((_, response) => response.writeHead(200, text).end('secret'), {
    host: '127.0.0.2',
  });
  const redirector = await openShop((_, response, { url }) => {
    const location = new URL(url, 'http://x').searchParams.get('to') ?? '';
    response.writeHead(302, { location }).end();
  });
  return { secret, redirector };
};

const both = ({ secret, redirector }: { secret: Shop; redirector: Shop }): AsyncDisposable => ({
  [Symbol.asyncDispose]: async () => {
    await secret[Symbol.asyncDispose]();
    await redirector[Symbol.asyncDispose]();
  },
});

describe('the egress guard', () => {
  it('refuses loopback by default, and the failure says how to open it', async () => {
    await using shop = await openShop((_, response) => response.end('secret'));
    await using actions = openActions({ allow: '' });
    const failure = failureOf(await actions.perform({ host: `http://127.0.0.1:${shop.port}` }));
    expect(failure).toMatchObject({
      code: 'egress-refused',
      message: expect.stringContaining(`127.0.0.1:${shop.port} to EGRESS_ALLOW`),
    });
    expect(shop.connections()).toBe(0);
  });

  it.each([
    'http://0x7f.0.0.1',
    'http://2130706433',
    'http://127.1',
    'http://[::ffff:127.0.0.1]',
    'http://0.0.0.0',
  ])('is not fooled by another spelling: %s', async (host) => {
    await using shop = await openShop((_, response) => response.end('secret'));
    await using actions = openActions({ allow: '' });
    expect(failureOf(await actions.perform({ host, port: shop.port }))?.code).toBe('egress-refused');
    expect(shop.connections()).toBe(0);
  });

  it('refuses a name that leads to a private address', async () => {
    await using shop = await openShop((_, response) => response.end('secret'));
    await using actions = openActions({
      allow: '',
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });
    const failure = failureOf(await actions.perform({ host: 'http://rebind.example', port: shop.port }));
    expect(failure).toMatchObject({
      code: 'egress-refused',
      message: expect.stringContaining('rebind.example resolves to 127.0.0.1'),
    });
    expect(shop.connections()).toBe(0);
  });

  it('connects to the address that it judged, whatever the name says a moment later', async () => {
    await using open = await openShop((_, response) => response.writeHead(200, text).end('open'));
    await using secret = await openShop((_, response) => response.end('secret'), { host: '127.0.0.2' });
    const answers = ['127.0.0.1', '127.0.0.2'];
    const asked: string[] = [];
    await using actions = openActions({
      resolve: (host) => {
        asked.push(host);
        return Promise.resolve([{ address: answers.shift() ?? '127.0.0.2', family: 4 }]);
      },
    });
    expect(outputOf(await actions.perform({ host: 'http://rebind.example', port: open.port }))).toBe('open');
    expect(asked).toEqual(['rebind.example']);
    const failure = failureOf(await actions.perform({ host: 'http://rebind.example', port: secret.port }));
    expect(failure?.code).toBe('egress-refused');
    expect(secret.connections()).toBe(0);
  });

  it('takes the permitted one of several addresses', async () => {
    await using shop = await openShop((_, response) => response.writeHead(200, text).end('open'));
    await using actions = openActions({
      resolve: () =>
        Promise.resolve([
          { address: '127.0.0.2', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]),
    });
    expect(outputOf(await actions.perform({ host: 'http://two.example', port: shop.port }))).toBe('open');
  });

  it('opens a name by the name alone', async () => {
    await using shop = await openShop((_, response) => response.writeHead(200, text).end('open'));
    await using actions = openActions({ allow: `localhost:${shop.port}` });
    expect(outputOf(await actions.perform({ host: 'http://localhost', port: shop.port }))).toBe('open');
    expect(failureOf(await actions.perform({ host: 'http://127.0.0.1', port: shop.port }))?.code).toBe(
      'egress-refused',
    );
  });

  it('judges every redirect anew', async () => {
    const pair = await openPair();
    await using _ = both(pair);
    await using actions = openActions();
    const to = encodeURIComponent(`http://127.0.0.2:${pair.secret.port}/`);
    const failure = failureOf(
      await actions.perform({ host: `http://127.0.0.1:${pair.redirector.port}`, endpoint: `/?to=${to}` }),
    );
    expect(failure).toMatchObject({ code: 'egress-refused', message: expect.stringContaining('127.0.0.2') });
    expect(pair.redirector.seen).toHaveLength(1);
    expect(pair.secret.connections()).toBe(0);
  });
});

describe('redirects', () => {
  it('are followed where they are permitted, without credentials on another origin', async () => {
    const pair = await openPair();
    await using _ = both(pair);
    await using actions = openActions({ allow: '127.0.0.0/8' });
    const to = encodeURIComponent(`http://127.0.0.2:${pair.secret.port}/there`);
    const outcome = await actions.perform({
      host: `http://127.0.0.1:${pair.redirector.port}`,
      endpoint: `/?to=${to}`,
      headerTemplate: '{"Authorization": "Bearer s", "X-Api-Key": "s", "X-Other": "kept"}',
    });
    expect(outputOf(outcome)).toBe('secret');
    expect(pair.redirector.seen[0]?.headers).toMatchObject({ authorization: 'Bearer s', 'x-api-key': 's' });
    expect(pair.secret.seen[0]?.headers).toMatchObject({ 'x-other': 'kept', 'idempotency-key': 'key-1' });
    expect(pair.secret.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(pair.secret.seen[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('end after five', async () => {
    await using shop = await openShop((_, response) => response.writeHead(307, { location: '/again' }).end());
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: `http://127.0.0.1:${shop.port}` }))?.code).toBe(
      'bad-redirect',
    );
    expect(shop.seen).toHaveLength(6);
  });

  it('to no HTTP address fail', async () => {
    await using shop = await openShop((_, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    await using actions = openActions();
    expect(failureOf(await actions.perform({ host: `http://127.0.0.1:${shop.port}` }))).toMatchObject({
      code: 'bad-redirect',
      message: expect.stringContaining('file:'),
    });
  });
});
