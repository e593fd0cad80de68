import { defaultWebhookPolicy, type WebhookPolicy } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { deliveryKeyOf } from './delivery-key.ts';

const keyOf = (over: Partial<WebhookPolicy>, headers = {}, parameters = {}, body = '') =>
  deliveryKeyOf({ ...defaultWebhookPolicy, ...over }, headers, { body: Buffer.from(body), parameters });

const signed = (
  scheme: 'github' | 'stripe' | 'hmac',
  header: string | null = null,
): Partial<WebhookPolicy> => ({
  signature: { scheme, header, timestampHeader: null, toleranceMs: 300_000 },
});

describe('a delivery’s key', () => {
  it('is in the header or at the path that the trigger names', () => {
    expect(keyOf({ deliveryKey: { header: 'X-Order' } }, { 'x-order': ' 7 ' })).toEqual({ key: '7' });
    expect(keyOf({ deliveryKey: { path: 'order.id' } }, {}, { order: { id: 7 } })).toEqual({ key: '7' });
    expect(keyOf({}, { 'x-order': '7' })).toEqual({ key: undefined });
  });

  it('may be the body: its bytes, whatever they mean', () => {
    const ofBody = (body: string) => keyOf({ deliveryKey: { body: true } }, {}, { a: 1 }, body);
    expect(ofBody('{"a":1}')).toEqual({ key: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(ofBody('{"a":1}')).toEqual(ofBody('{"a":1}'));
    expect(ofBody('{"a": 1}')).not.toEqual(ofBody('{"a":1}'));
  });

  it.each([
    [{}],
    [{ order: {} }],
    [{ order: { id: '' } }],
    [{ order: { id: { a: 1 } } }],
    [{ order: { id: 'x'.repeat(501) } }],
  ])('is missed where the trigger says that it is there, as in %j', (parameters) => {
    expect(keyOf({ deliveryKey: { path: 'order.id' } }, {}, parameters)).toEqual({
      problem: { code: 'validation', message: expect.stringContaining('in the body at order.id') },
    });
  });

  it('is the one that the sender of a known signature gives, and may be left out', () => {
    expect(keyOf(signed('github'), { 'x-github-delivery': 'd1' })).toEqual({ key: 'd1' });
    expect(keyOf(signed('github'))).toEqual({ key: undefined });
    expect(keyOf(signed('stripe'), {}, { id: 'evt_1' })).toEqual({ key: 'evt_1' });
  });

  it('is not guessed of a sender that only signs as another does', () => {
    expect(keyOf(signed('stripe', 'X-Shop-Signature'), {}, { id: 'order 1' })).toEqual({ key: undefined });
  });
});
