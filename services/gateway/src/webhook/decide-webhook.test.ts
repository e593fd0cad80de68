import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decideWebhook, type Webhook, type WebhookRequest } from './decide-webhook.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

const aWebhook = (over: Partial<Webhook> = {}): Webhook => ({
  org: 'org_1',
  isActive: true,
  triggerType: 'webhook',
  secretKey: 'X-Shop-Secret',
  secretDigest: digest('s3cret'),
  ...over,
});

const decide = (over: Partial<WebhookRequest> = {}) =>
  decideWebhook({ webhook: aWebhook(), caller: 'absent', presented: undefined, ...over });

const refused = (code: string) => ({ problem: { code, message: expect.any(String) } });
const member = { org: 'org_1' };

describe('a webhook', () => {
  it('starts a run for the right secret', () => {
    expect(decide({ presented: digest('s3cret') })).toEqual({ accept: aWebhook() });
  });

  it('starts a run without a secret where the trigger has none', () => {
    const webhook = aWebhook({ secretDigest: null, secretKey: null });
    expect(decide({ webhook })).toEqual({ accept: webhook });
  });

  it.each([undefined, digest('wrong'), digest('')])(
    'refuses the secret %o, naming the header to send',
    (presented) => {
      expect(decide({ presented })).toEqual({
        problem: { code: 'wrong_secret', message: expect.stringContaining('X-Shop-Secret') },
      });
    },
  );

  it('takes an API key of its organisation in place of the secret', () => {
    expect(decide({ caller: member })).toEqual({ accept: aWebhook() });
  });

  it('takes the right secret beside an Authorization header that is not ours to know', () => {
    expect(decide({ caller: 'unknown', presented: digest('s3cret') })).toEqual({ accept: aWebhook() });
  });

  it('does not say that a workflow exists to a member of another organisation', () => {
    const stranger = { org: 'org_2' };
    expect(decide({ caller: stranger, presented: digest('s3cret') })).toEqual(refused('not_found'));
    expect(decide({ caller: stranger, webhook: undefined })).toEqual(refused('not_found'));
  });

  it('is unknown where there is no such workflow', () => {
    expect(decide({ webhook: undefined })).toEqual(refused('not_found'));
  });

  it('does not tell whether it is active before the secret was right', () => {
    const webhook = aWebhook({ isActive: false });
    expect(decide({ webhook })).toEqual(refused('wrong_secret'));
    expect(decide({ webhook, presented: digest('s3cret') })).toEqual(refused('workflow_inactive'));
  });
});

describe.each(['manual', 'scheduled', null])('a workflow whose trigger is %s', (triggerType) => {
  const webhook = aWebhook({ triggerType, secretDigest: null });

  it('is started by a member over the same URL', () => {
    expect(decide({ webhook, caller: member })).toEqual({ accept: webhook });
  });

  it('is started by nobody else', () => {
    expect(decide({ webhook })).toEqual(refused('not_a_webhook'));
    expect(decide({ webhook, caller: 'unknown' })).toEqual(refused('invalid_token'));
  });
});
