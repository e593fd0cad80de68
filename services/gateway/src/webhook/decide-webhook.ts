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

/** `to`: the webhook that it was meant for, where the sender is nobody else who is known. */
export type NotAdmitted = Readonly<{ problem: Problem; to?: Webhook }>;

type Decision =
  /** `once`: what was signed with it, which may not come again. */
  Readonly<{ accept: Webhook; once: string | undefined }> | NotAdmitted;

/** Who may start a run over a trigger's URL. */
export const decideWebhook = ({ webhook, caller, prove }: WebhookRequest): Decision => {
  if (typeof caller === 'string' && caller !== 'absent' && !isProvable(webhook)) return unknownKey;
  if (webhook === undefined || !isOpenTo(webhook, caller)) return nothingThere;
  const proven = typeof caller === 'object' ? { once: undefined } : prove(webhook);
  if ('problem' in proven) return { ...proven, to: webhook };
  const stopped = whyStopped(webhook);
  return stopped ? { problem: stopped } : { accept: webhook, once: proven.once };
};

/** A member needs no webhook trigger; to everybody else what is none is not there. */
const isOpenTo = (webhook: Webhook, caller: WebhookRequest['caller']): boolean =>
  typeof caller === 'object' ? caller.org === webhook.org : webhook.triggerType === 'webhook';

/** Beside a secret, whatever the sender has in the header of an API key is not for us. */
const isProvable = (webhook: Webhook | undefined): boolean =>
  webhook?.triggerType === 'webhook' && webhook.secrets.length > 0;

const unknownKey = {
  problem: problem(
    'invalid_token',
    'The API key in the Authorization header is not known; send a valid one, or none.',
  ),
};

const nothingThere = {
  problem: problem(
    'not_found',
    'There is no webhook at this address; check its id, and that the trigger is one of the type webhook. Others are started with an API key of their organisation.',
  ),
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
