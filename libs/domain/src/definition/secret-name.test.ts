import { expect, it } from 'vitest';
import { isSecretMetafield } from './metafield.ts';

it.each(['api_key', 'password', 'access_token', 'client_secret', 'private_key', 'X-Api-Key', 'secret'])(
  'takes a metafield called %s for a secret, whatever its type',
  (key) => {
    expect(isSecretMetafield({ key, type: 'text' })).toBe(true);
  },
);

it.each(['username', 'client_id', 'token_url', 'token_type', 'key_id', 'scope', 'algorithm'])(
  'shows a metafield called %s',
  (key) => {
    expect(isSecretMetafield({ key, type: 'text' })).toBe(false);
  },
);

it('takes every password for a secret, whatever its key', () => {
  expect(isSecretMetafield({ key: 'pin', type: 'password' })).toBe(true);
});
