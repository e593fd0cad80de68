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

/** Who may start a run over the trigger's URL. Compares digests in constant time. */
export const decideWebhook = ({
  webhook,
  caller,
  presented,
}: WebhookRequest): { readonly accept: Webhook } | { readonly problem: Problem } => {
  const isStranger = typeof caller === 'object' && caller.org !== webhook?.org;
  if (webhook === undefined || isStranger)
    return refuse('not_found', 'No workflow has this id; check the URL.');
  const isMember = typeof caller === 'object';
  const isWebhook = webhook.triggerType === 'webhook';
  if (!isMember && caller === 'unknown' && !(isWebhook && webhook.secretDigest)) {
    return refuse(
      'invalid_token',
      'The API key in the Authorization header is not known; send a valid one, or none.',
    );
  }
  if (!isMember && isWebhook && !isSecretRight(webhook, presented)) {
    return refuse('wrong_secret', `Send this trigger's secret in the header ${secretHeaderOf(webhook)}.`);
  }
  if (!isMember && !isWebhook) {
    return refuse(
      'not_a_webhook',
      'This workflow has no webhook trigger; give it one with create_workflow_trigger, or send an API key of its organisation.',
    );
  }
  if (!webhook.isActive) {
    return refuse('workflow_inactive', 'This workflow is not active; turn it on with activate_workflow.');
  }
  return { accept: webhook };
};

/** The write side lets no secret be without its header; the name here is what the contract's clients propose. */
export const secretHeaderOf = ({ secretKey }: Webhook): string => secretKey ?? 'X-Webhook-Secret';

const isSecretRight = ({ secretDigest }: Webhook, presented: Buffer | undefined): boolean =>
  secretDigest === null || (presented !== undefined && timingSafeEqual(secretDigest, presented));

const refuse = (...reason: Parameters<typeof problem>) => ({ problem: problem(...reason) });
