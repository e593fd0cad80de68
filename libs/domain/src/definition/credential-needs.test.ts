import { describe, expect, it } from 'vitest';
import { credentialNeeds, requiredCredentials, type ShownConnection } from './credential-needs.ts';

const sealed = { fingerprint: 'f' };
const aField = (key: string, over: Partial<ShownConnection['metafields'][number]> = {}) =>
  ({ id: `metaf_${key}`, key, type: 'text', isRequired: false, value: null, secret: null, ...over }) as const;
const aSecret = (key: string) => aField(key, { type: 'password', secret: sealed });

const needsOf = (over: Partial<ShownConnection>) =>
  credentialNeeds({
    authType: 'api_key',
    authTemplate: null,
    host: null,
    metafields: [],
    credentials: {},
    ...over,
  });

describe('what a connection lacks', () => {
  it('is every required metafield without a value; an empty text is a value', () => {
    const metafields = [
      aField('a', { isRequired: true }),
      aField('b', { isRequired: true, value: '' }),
      aField('c', { isRequired: true, secret: sealed }),
      aField('d'),
    ];
    expect(requiredCredentials({ metafields })).toEqual(['a']);
  });

  it.each([
    ['an api key', { authType: 'api_key' }, ['api_key']],
    ['an api key that an auth_template places', { authType: 'api_key', authTemplate: '{}' }, []],
    ['basic', { authType: 'basic' }, ['username']],
    ['basic by credentials', { authType: 'basic', credentials: { username: sealed } }, []],
    ['a signed token', { authType: 'jwt' }, ['secret']],
    ['RS256', { authType: 'jwt', metafields: [aField('algorithm', { value: 'RS256' })] }, ['private_key']],
    ['a signed token with its key', { authType: 'jwt', metafields: [aSecret('secret')] }, []],
    ['oauth2', { authType: 'oauth2' }, ['token_url', 'client_id', 'client_secret']],
    ['oauth2 at the connection’s host', { authType: 'oauth2', host: 'x' }, ['client_id', 'client_secret']],
    [
      'oauth2 by refresh token',
      { authType: 'oauth2', host: 'x', metafields: [aSecret('refresh_token')] },
      ['client_id'],
    ],
  ] as const)('is what %s needs', (_, over, missing) => {
    expect(needsOf(over).missing).toEqual(missing);
  });

  it('names what can be seen to be wrong', () => {
    const metafields = [
      aField('algorithm', { value: 'none' }),
      aField('lifetime_seconds', { type: 'number', value: -1 }),
      aSecret('private_key'),
    ];
    expect(needsOf({ authType: 'jwt', metafields }).invalid).toEqual(['algorithm', 'lifetime_seconds']);
  });
});
