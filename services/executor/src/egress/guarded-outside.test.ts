import type { WireRequest } from '@karrio/actions';
import { expect, it } from 'vitest';
import { guardedOutside } from './guarded-outside.ts';
import type { HttpClient } from './http-client.ts';

it('a request says how many runs led to its own, whatever its template says', async () => {
  const sent: WireRequest[] = [];
  const options = { connectTimeoutMs: 1, timeoutMs: 1, requestBytesMax: 1, responseBytesMax: 1 };
  const client: Pick<HttpClient, 'send' | 'options'> = {
    options: { ...options, egressAllow: { names: [], addresses: [] } as never },
    send: async (request) => {
      sent.push(request);
      return { status: 200, headers: {}, body: Buffer.alloc(0), receivedAtMs: 0 };
    },
  };
  const { signal } = new AbortController();
  const headers = { accept: 'text/plain', 'karrio-depth': '0' };
  const request = { url: new URL('https://shop.example'), method: 'GET', headers, body: null };
  await guardedOutside(client).send(request, { org: 'org_1', depth: 3, signal });
  expect(sent[0]?.headers).toEqual({ accept: 'text/plain', 'karrio-depth': '3' });
});
