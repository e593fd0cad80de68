import { createHmac } from 'node:crypto';
import { defaultWebhookPolicy } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { proveDelivery } from './prove-delivery.ts';
import type { Webhook } from './webhook.ts';

const aWebhook = (over: Partial<Webhook> = {}): Webhook => ({
  org: 'org_1',
  workflowId: 'wkfl_1',
  isActive: true,
  triggerId: 'wtrg_1',
  triggerType: 'webhook',
  isPaused: false,
  testMode: false,
  secretKey: 'X-Shop-Secret',
  secrets: [{ value: 's3cret', untilMs: null }],
  policy: defaultWebhookPolicy,
  ...over,
});

const show = (webhook: Webhook, secret: string | undefined, now = 0) => {
  const headers = secret === undefined ? {} : { 'x-shop-secret': secret };
  const proof = proveDelivery(webhook, { headers, body: Buffer.from('{}') }, now);
  return 'problem' in proof ? proof.problem : 'right';
};
const wrong = { code: 'wrong_secret', message: expect.stringContaining('X-Shop-Secret') };

describe('a delivery that shows its secret', () => {
  it('is taken for the right one, and for none where the trigger has none', () => {
    expect(show(aWebhook(), 's3cret')).toBe('right');
    expect(show(aWebhook({ secrets: [] }), undefined)).toBe('right');
  });

  it.each([undefined, 'wrong', '', 's3cre', 's3crett', 'S3CRET'])(
    'is refused for %j, naming the header',
    (secret) => {
      expect(show(aWebhook(), secret)).toEqual(wrong);
    },
  );

  it('is taken for the former one as well, until its time is over', () => {
    const secrets = [
      { value: 'new', untilMs: null },
      { value: 'old', untilMs: 1_000 },
    ];
    expect(show(aWebhook({ secrets }), 'old', 999)).toBe('right');
    expect(show(aWebhook({ secrets }), 'old', 1_000)).toEqual(wrong);
    expect(show(aWebhook({ secrets }), 'new', 1_000)).toBe('right');
  });
});

it('a delivery that is signed shows no secret, and the former one is good for it until its time is over', () => {
  const signature = { scheme: 'github', header: null, timestampHeader: null, toleranceMs: 0 } as const;
  const secrets = [
    { value: 'new', untilMs: null },
    { value: 'old', untilMs: 1_000 },
  ];
  const webhook = aWebhook({ secretKey: null, secrets, policy: { ...defaultWebhookPolicy, signature } });
  const headers = {
    'x-hub-signature-256': `sha256=${createHmac('sha256', 'old').update('{}').digest('hex')}`,
  };
  const prove = (now: number) => proveDelivery(webhook, { headers, body: Buffer.from('{}') }, now);
  expect(prove(999)).toEqual({ once: undefined });
  expect(prove(1_000)).toHaveProperty('problem.code', 'wrong_signature');
});
