import { describe, expect, it } from 'vitest';
import { maskBody, maskHeaders, maskUrl } from './mask.ts';

describe('masking', () => {
  it.each([
    'Authorization',
    'proxy-authorization',
    'Cookie',
    'set-cookie',
    'X-Api-Key',
    'apikey',
    'X-Shopify-Access-Token',
    'X-Auth-Token',
    'x-client-secret',
    'X-Webhook-Signature',
    'X-Password',
    'X-Amz-Credential',
  ])('hides the value of the header %s', (name) => {
    expect(JSON.stringify(maskHeaders({ [name]: 'hunter2' }))).not.toContain('hunter2');
  });

  it('keeps the scheme of a credential, which tells a wrong kind from a wrong value', () => {
    expect(maskHeaders({ authorization: 'Bearer hunter2' })).toEqual({ authorization: 'Bearer ***' });
    expect(maskHeaders({ authorization: 'hunter2' })).toEqual({ authorization: '***' });
    expect(maskHeaders({ 'x-token': 'hunter 2' })).toEqual({ 'x-token': '***' });
  });

  it('leaves other headers alone', () => {
    const headers = { accept: 'application/json', 'idempotency-key': 'k', 'x-request-id': 'r' };
    expect(maskHeaders(headers)).toEqual(headers);
  });

  it('hides secrets in a query', () => {
    expect(maskUrl(new URL('https://h/p?limit=1&api_key=hunter2&token=a&token=b'))).toBe(
      'https://h/p?limit=1&api_key=***&token=***',
    );
    expect(maskUrl(new URL('https://h/p?limit=a%20b'))).toBe('https://h/p?limit=a%20b');
  });

  it('hides secrets in a body at any depth', () => {
    expect(
      maskBody({ user: { password: 'x', name: 'Ann' }, list: [{ access_token: 1 }], tokens: { a: 'kept' } }),
    ).toEqual({
      user: { password: '***', name: 'Ann' },
      list: [{ access_token: '***' }],
      tokens: { a: 'kept' },
    });
  });
});
