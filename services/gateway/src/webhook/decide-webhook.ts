import type { CallerFault } from '../auth/viewer.ts';
import { problem, type Problem } from '../http/problem.ts';
import type { Verified } from './signature/verify-signature.ts';
import type { Webhook } from './webhook.ts';

export type WebhookRequest = Readonly<{
  webhook: Webhook | undefined;
  /** The organisation of a valid API key; `unknown` for a key that is none. */
  caller: Readonly<{ org: string }> | CallerFault;
  /** Whether it comes from who knows the secret; asked of those alone who need one. */
  prove: (webhook: Webhook) => Verified;
}>;

type Decision =
  /** `once`: what was signed with it, which may not come again. */
  Readonly<{ accept: Webhook; once: string | undefined }> | Readonly<{ problem: Problem }>;

/** Who may start a run over a trigger's URL. */
export const decideWebhook = ({ webhook, caller, prove }: WebhookRequest): Decision => {
  const isStranger = typeof caller === 'object' && caller.org !== webhook?.org;
  if (webhook === undefined || isStranger) {
    return { problem: problem('not_found', 'No workflow or trigger has this id; check the URL.') };
  }
  // A member needs no secret, and no webhook trigger either.
  const proven = typeof caller === 'object' ? { once: undefined } : proof(webhook, caller, prove);
  if ('problem' in proven) return proven;
  const stopped = whyStopped(webhook);
  return stopped ? { problem: stopped } : { accept: webhook, once: proven.once };
};

const proof = (webhook: Webhook, caller: CallerFault, prove: WebhookRequest['prove']): Verified => {
  const isWebhook = webhook.triggerType === 'webhook';
  // Beside a secret, whatever the sender has in that header is not for us.
  if (caller !== 'absent' && !(isWebhook && webhook.secrets.length > 0)) {
    return {
      problem: problem(
        'invalid_token',
        'The API key in the Authorization header is not known; send a valid one, or none.',
      ),
    };
  }
  if (!isWebhook) {
    return {
      problem: problem(
        'not_a_webhook',
        'This is no webhook trigger; make one with create_workflow_trigger, or send an API key of its organisation.',
      ),
    };
  }
  return prove(webhook);
};

/** Told only to who may start it when it is on. */
const whyStopped = ({ isActive, isPaused }: Webhook): Problem | undefined => {
  if (!isActive) {
    return problem('workflow_inactive', 'This workflow is not active; turn it on with activate_workflow.');
  }
  return isPaused
    ? problem(
        'trigger_paused',
        'This trigger is paused; let it go on with update_workflow_trigger and is_active: true.',
      )
    : undefined;
};
