import { expect, it } from 'vitest';
import { newCanaryFlock } from './canary-flock.ts';

const flock = newCanaryFlock();
const secret = flock.named('password');

it.each([
  ['as it is', secret],
  ['in JSON', JSON.stringify({ a: { b: secret } })],
  ['in JSON within JSON', JSON.stringify({ body: JSON.stringify({ secret }) })],
  ['percent-encoded', `https://x.test/?key=${encodeURIComponent(secret)}`],
  ['in a form', new URLSearchParams({ a: secret }).toString()],
  ['in hex', Buffer.from(secret).toString('hex')],
  ['as the password of Basic', Buffer.from(`user:${secret}`).toString('base64')],
  ['in base64 one further', Buffer.from(`user1:${secret}`).toString('base64')],
  ['in base64 two further', Buffer.from(`user12:${secret}`).toString('base64url')],
])('is recognised %s', (_, content) => {
  expect(flock.seenIn('there', `before ${content} behind`).length).toBeGreaterThan(0);
});

it('is recognised in bytes that are no text', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0, 0xfe]), Buffer.from(secret), Buffer.from([0])]);
  expect(flock.seenIn('there', bytes)).toMatchObject([{ form: 'plain', where: 'there at 3' }]);
});

it('is not taken for one of another flock', () => {
  expect(flock.seenIn('there', newCanaryFlock().named('password'))).toEqual([]);
});
