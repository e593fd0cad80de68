import { defaultWebhookPolicy } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { problem } from '../http/problem.ts';
import { decideWebhook, type WebhookRequest } from './decide-webhook.ts';
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

const proven = () => ({ once: 'once' });
const wrong = () => ({ problem: problem('wrong_secret', 'no') });

const decide = (over: Partial<WebhookRequest> = {}) =>
  decideWebhook({ webhook: aWebhook(), caller: 'absent', prove: wrong, ...over });

const refused = (code: string) => ({ problem: { code, message: expect.any(String) } });
const member = { org: 'org_1' };

describe('a webhook', () => {
  it('starts a run for who proves to know its secret', () => {
    expect(decide({ prove: proven })).toEqual({ accept: aWebhook(), once: 'once' });
    // Whoever it was, it was meant for this trigger.
    expect(decide()).toEqual({ ...refused('wrong_secret'), to: aWebhook() });
  });

  it('takes an API key of its organisation in place of the secret', () => {
    expect(decide({ caller: member })).toEqual({ accept: aWebhook(), once: undefined });
  });

  it('takes the right secret beside an Authorization header that is not ours to know', () => {
    expect(decide({ caller: 'unknown', prove: proven })).toEqual({ accept: aWebhook(), once: 'once' });
    const open = aWebhook({ secrets: [] });
    expect(decide({ webhook: open, caller: 'unknown', prove: proven })).toEqual(refused('invalid_token'));
  });

  it('does not say that a workflow exists to a member of another organisation', () => {
    const stranger = { org: 'org_2' };
    const none = decide({ caller: stranger, webhook: undefined });
    expect(none).toEqual(refused('not_found'));
    expect(decide({ caller: stranger, prove: proven })).toEqual(none);
    expect(decide({ webhook: undefined })).toEqual(none);
    expect(decide({ webhook: undefined, caller: 'unknown' })).toEqual(refused('invalid_token'));
  });

  it('does not tell whether it is on before the secret was right', () => {
    const off = { workflow_inactive: { isActive: false }, trigger_paused: { isPaused: true } };
    for (const [code, over] of Object.entries(off)) {
      const webhook = aWebhook(over);
      expect(decide({ webhook })).toEqual({ ...refused('wrong_secret'), to: webhook });
      expect(decide({ webhook, prove: proven })).toEqual(refused(code));
      expect(decide({ webhook, caller: member })).toEqual(refused(code));
    }
  });
});

describe.each(['manual', 'scheduled', 'event', null] as const)('a trigger of the type %s', (triggerType) => {
  const webhook = aWebhook({ triggerType, secrets: [] });

  it('is started by a member over the same URL', () => {
    expect(decide({ webhook, caller: member })).toEqual({ accept: webhook, once: undefined });
  });

  it('is to everybody else as if it were not there', () => {
    for (const caller of ['absent', 'unknown', { org: 'org_2' }] as const) {
      const nothing = decide({ webhook: undefined, caller, prove: proven });
      expect(decide({ webhook, caller, prove: proven })).toEqual(nothing);
    }
  });
});
