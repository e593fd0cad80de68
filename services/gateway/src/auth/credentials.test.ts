import { describe, expect, it } from 'vitest';
import { credentialIn } from './credentials.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const key = { kind: 'key', text: 'key_1' };

describe('the API key of a request', () => {
  it.each(['Token key_1', 'token key_1', 'Bearer key_1', 'Token  key_1 ', basic('key_1:'), basic('key_1')])(
    'is read from %j',
    (header) => {
      expect(credentialIn(header, undefined)).toEqual(key);
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
    expect(credentialIn(header, undefined)).toBeUndefined();
  });
});

describe('the session of a request', () => {
  it('is read from the header, and then from the cookie, which a browser sends by itself', () => {
    const cookie = 'theme=dark; karrio_session=session_2';
    expect(credentialIn('Bearer session_1', cookie)).toEqual({
      kind: 'session',
      text: 'session_1',
      isCookie: false,
    });
    expect(credentialIn(undefined, cookie)).toEqual({ kind: 'session', text: 'session_2', isCookie: true });
  });

  it('gives way to an API key, and is absent in any other cookie', () => {
    expect(credentialIn('Token key_1', 'karrio_session=session_2')).toEqual(key);
    expect(credentialIn(undefined, 'x_karrio_session=session_2; karrio_session=key_1')).toBeUndefined();
  });
});
