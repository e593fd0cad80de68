import { createHmac } from 'node:crypto';
import { signatureSchemes, type SignaturePolicy, type SignatureScheme } from '@karrio/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemes } from './scheme.ts';
import { verifySignature } from './verify-signature.ts';

const aPolicy = (scheme: SignatureScheme, over: Partial<SignaturePolicy> = {}): SignaturePolicy => ({
  scheme,
  header: null,
  timestampHeader: null,
  toleranceMs: 300_000,
  ...over,
});

type Vector = Readonly<{
  policy: SignaturePolicy;
  secret: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  atMs: number;
}>;

const stripeMs = 1_492_774_577_000;
const standardMs = 1_614_265_330_000;

/**
 * GitHub's and that of Standard Webhooks are in their documentation. Shopify publishes none: this one is of the test
 * suite of SQLPage. Stripe publishes a header without its secret: openssl computed the digest.
 */
const vectors: Readonly<Record<string, Vector>> = {
  'GitHub (docs.github.com, Testing the webhook payload validation)': {
    policy: aPolicy('github'),
    secret: "It's a Secret to Everybody",
    headers: {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
    body: 'Hello, World!',
    atMs: 0,
  },
  'Shopify (base64 of the HMAC of the raw body)': {
    policy: aPolicy('shopify'),
    secret: 'test-webhook-secret',
    headers: { 'x-shopify-hmac-sha256': 'QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=' },
    body: '{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}',
    atMs: 0,
  },
  'Stripe (docs.stripe.com, Verify webhook signatures manually)': {
    policy: aPolicy('stripe'),
    secret: 'whsec_test_secret',
    headers: {
      'stripe-signature':
        't=1492774577,v1=c2f890decbc5ede7c5060bb9a6d31e0626a4342bacb9aeae2adb1bcea72f9812,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39',
    },
    body: '{\n  "id": "evt_test_webhook",\n  "object": "event"\n}',
    atMs: stripeMs,
  },
  'Standard Webhooks (its specification, signature scheme)': {
    policy: aPolicy('standard'),
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    body: '{"test": 2432232314}',
    atMs: standardMs,
  },
};

const verify = (vector: Vector, over: Partial<Vector> = {}, secrets: readonly string[] = [vector.secret]) => {
  const { policy, headers, body, atMs } = { ...vector, ...over };
  const verified = verifySignature(policy, secrets, { headers, body: Buffer.from(body) }, atMs);
  return 'problem' in verified ? verified.problem.code : 'right';
};

describe.each(Object.entries(vectors))('a delivery signed as by %s', (_, vector) => {
  it('is taken for what it is', () => {
    expect(verify(vector)).toBe('right');
  });

  it('is refused under another secret, with another body, and without its header', () => {
    expect(verify(vector, {}, ['another'])).toBe('wrong_signature');
    expect(verify(vector, {}, [])).toBe('wrong_signature');
    expect(verify(vector, { body: `${vector.body} ` })).toBe('wrong_signature');
    expect(verify(vector, { headers: {} })).toBe('wrong_signature');
  });

  it('is taken under a former secret while there are two', () => {
    expect(verify(vector, {}, ['the new one', vector.secret])).toBe('right');
  });
});

describe('the time of a signed delivery', () => {
  const dated = Object.values(vectors).filter(({ policy: { scheme } }) =>
    ['stripe', 'standard'].includes(scheme),
  );

  it.each(dated)('of $policy.scheme may be 300 s off either way, and no more', (vector) => {
    for (const off of [-300_000, 300_000]) expect(verify(vector, { atMs: vector.atMs + off })).toBe('right');
    for (const off of [-300_001, 300_001]) {
      expect(verify(vector, { atMs: vector.atMs + off })).toBe('signature_expired');
    }
  });

  it('is no news for who has not signed it', () => {
    for (const vector of dated) expect(verify(vector, { atMs: 0 }, ['another'])).toBe('wrong_signature');
  });

  it('is signed: a replay cannot be given a new one', () => {
    const [stripe] = dated;
    if (!stripe) throw new Error('no vector');
    const fresh = stripe.headers['stripe-signature']?.replace('t=1492774577', 't=1492775000') ?? '';
    expect(verify(stripe, { headers: { 'stripe-signature': fresh }, atMs: 1_492_775_000_000 })).toBe(
      'wrong_signature',
    );
  });

  it('names what was signed once, whatever the secret and the order of its signatures', () => {
    const body = '{}';
    const v1 = (secret: string) => `v1=${createHmac('sha256', secret).update(`7.${body}`).digest('hex')}`;
    const onceOf = (header: string, secrets: readonly string[]) =>
      verifySignature(
        aPolicy('stripe'),
        secrets,
        { headers: { 'stripe-signature': header }, body: Buffer.from(body) },
        7_000,
      );
    const first = onceOf(`t=7,${v1('old')},${v1('new')}`, ['new', 'old']);
    expect(first).toEqual({ once: expect.stringMatching(/^7\.[0-9a-f]{64}$/) });
    expect(onceOf(`t=7,${v1('new')}`, ['new'])).toEqual(first);
    expect(onceOf(`t=7,v1=${'0'.repeat(64)},${v1('old')}`, ['old'])).toEqual(first);
  });
});

describe('a plain HMAC', () => {
  const body = 'größe=1';
  const digest = createHmac('sha256', 's3cret').update(body).digest();
  const sent = (signature: string, policy = aPolicy('hmac')) =>
    verify({ policy, secret: 's3cret', headers: { 'x-signature': signature }, body, atMs: 0 });

  it('is read in hex and base64, with and without sha256=', () => {
    const hex = digest.toString('hex');
    const texts = [
      hex,
      hex.toUpperCase(),
      `sha256=${hex}`,
      digest.toString('base64'),
      digest.toString('base64url'),
    ];
    for (const text of texts) expect(sent(text)).toBe('right');
    for (const text of [hex.slice(2), `sha1=${hex}`, '', `sha256=${'0'.repeat(64)}`])
      expect(sent(text)).toBe('wrong_signature');
  });

  it('comes in the header that the trigger names, and with a time where it names one', () => {
    const policy = aPolicy('hmac', { header: 'X-Shop-Hmac', timestampHeader: 'X-Shop-Time' });
    const dated = createHmac('sha256', 's3cret').update(`1700000000.${body}`).digest('hex');
    const vector = {
      policy,
      secret: 's3cret',
      headers: { 'x-shop-hmac': dated, 'x-shop-time': '1700000000' },
      body,
    };
    expect(verify({ ...vector, atMs: 1_700_000_000_000 })).toBe('right');
    expect(verify({ ...vector, atMs: 1_700_000_301_000 })).toBe('signature_expired');
    expect(verify({ ...vector, atMs: 0, headers: { 'x-shop-hmac': dated } })).toBe('wrong_signature');
  });
});

it('whatever the headers hold, is an answer and never right by chance', () => {
  const scraps = [
    't=',
    'v1=',
    'v1,',
    'sha256=',
    ',',
    ' ',
    '1614265330',
    '0'.repeat(64),
    'g0hM9SsE+OT',
    '\0',
    'é',
  ];
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...scraps)).map((parts) => parts.join('')),
    fc.constantFrom(...Object.values(vectors).flatMap(({ headers }) => Object.values(headers))),
  );
  const names = Object.values(schemes).map(({ header }) => header.toLowerCase());
  const headers = fc.dictionary(
    fc.constantFrom(...names, 'webhook-id', 'webhook-timestamp'),
    // A list where node saw a header twice.
    fc.oneof(text, fc.array(text)),
  );
  const attempt = fc.tuple(fc.constantFrom(...signatureSchemes), headers, fc.uint8Array(), fc.string());
  fc.assert(
    fc.property(attempt, ([scheme, sent, body, secret]) => {
      const delivery = { headers: sent, body: Buffer.from(body) };
      const verified = verifySignature(aPolicy(scheme), [secret], delivery, 0);
      expect(verified).toHaveProperty('problem.code', 'wrong_signature');
    }),
    { numRuns: 200 },
  );
});
