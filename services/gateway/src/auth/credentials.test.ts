import { describe, expect, it } from 'vitest';
import { apiKeyIn } from './credentials.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the API key of a request', () => {
  it.each(['Token key_1', 'token key_1', 'Bearer key_1', 'Token  key_1 ', basic('key_1:'), basic('key_1')])(
    'is read from %j',
    (header) => {
      expect(apiKeyIn(header)).toBe('key_1');
    },
  );

  it.each([
    undefined,
    '',
    'key_1',
    'Token',
    'Token a b',
    'Digest key_1',
    'Bearer eyJhbGciOi',
    basic('ada:key_1'),
  ])('is absent in %j', (header) => {
    expect(apiKeyIn(header)).toBeUndefined();
  });
});
