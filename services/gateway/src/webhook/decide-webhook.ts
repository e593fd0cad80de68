import { timingSafeEqual } from 'node:crypto';
import { problem, type Problem } from '../http/problem.ts';

/** What is known of the workflow behind a trigger's URL. */
export type Webhook = Readonly<{
  org: string;
  isActive: boolean;
  /** Null where the workflow has no trigger. */
  triggerType: string | null;
  /** The name of the header that carries the secret. */
  secretKey: string | null;
  secretDigest: Buffer | null;
}>;

export type WebhookRequest = Readonly<{
  webhook: Webhook | undefined;
  /** The organisation of a valid API key; `unknown` for a key that is none. */
  caller: Readonly<{ org: string }> | 'absent' | 'unknown';
  /** The SHA-256 of the secret header's value; undefined where the header is missing. */
  presented: Buffer | undefined;
}>;

type Decision = Readonly<{ accept: Webhook }> | Readonly<{ problem: Problem }>;

/** Who may start a run over the trigger's URL. Compares digests in constant time. */
export const decideWebhook = ({ webhook, caller, presented }: WebhookRequest): Decision => {
  const isStranger = typeof caller === 'object' && caller.org !== webhook?.org;
  if (webhook === undefined || isStranger) {
    return { problem: problem('not_found', 'No workflow has this id; check the URL.') };
  }
  // A member needs no secret, and no webhook trigger either.
  const found = typeof caller === 'object' ? undefined : whyNot(webhook, caller, presented);
  if (found) return { problem: found };
  return webhook.isActive
    ? { accept: webhook }
    : {
        problem: problem(
          'workflow_inactive',
          'This workflow is not active; turn it on with activate_workflow.',
        ),
      };
};

const whyNot = (
  webhook: Webhook,
  caller: 'absent' | 'unknown',
  presented: Buffer | undefined,
): Problem | undefined => {
  const { triggerType, secretDigest } = webhook;
  const hasSecret = triggerType === 'webhook' && secretDigest !== null;
  // Beside a secret, whatever the sender has in that header is not for us.
  if (caller === 'unknown' && !hasSecret) {
    return problem(
      'invalid_token',
      'The API key in the Authorization header is not known; send a valid one, or none.',
    );
  }
  if (triggerType !== 'webhook') {
    return problem(
      'not_a_webhook',
      'This workflow has no webhook trigger; give it one with create_workflow_trigger, or send an API key of its organisation.',
    );
  }
  return isSecretRight(webhook, presented)
    ? undefined
    : problem('wrong_secret', `Send this trigger's secret in the header ${secretHeaderOf(webhook)}.`);
};

/** The write side lets no secret be without its header; the name here is what the contract's clients propose. */
export const secretHeaderOf = ({ secretKey }: Webhook): string => secretKey ?? 'X-Webhook-Secret';

const isSecretRight = ({ secretDigest }: Webhook, presented: Buffer | undefined): boolean =>
  secretDigest === null || (presented !== undefined && timingSafeEqual(secretDigest, presented));
