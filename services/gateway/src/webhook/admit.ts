import { effectOf, type Authenticate } from '../auth/authenticate.ts';
import { missingPermission } from '../auth/permitted.ts';
import type { Viewer } from '../auth/viewer.ts';
import { decideWebhook, type NotAdmitted } from './decide-webhook.ts';
import { proveDelivery } from './prove-delivery.ts';
import type { CountDelivery } from './rate-limit.ts';
import type { SignedDelivery } from './signature/verify-signature.ts';
import type { Webhook } from './webhook.ts';
import type { Webhooks, WebhookTarget } from './webhooks.ts';

export type AdmissionPorts = Readonly<{
  authenticate: Authenticate;
  webhooks: Pick<Webhooks, 'find'>;
  countDelivery: CountDelivery;
  now: () => number;
}>;

export type Admitted = Readonly<{ webhook: Webhook; viewer: Viewer | undefined; once: string | undefined }>;

/** Ids are letters, digits and underscores; anything else need not be looked for. */
const idShape = /^\w{1,100}$/;

/** Lets a delivery in, or says why not. Only one that may come in counts against the trigger's limit. */
export const admit = async (
  { authenticate, webhooks, countDelivery, now }: AdmissionPorts,
  target: WebhookTarget,
  delivery: SignedDelivery,
): Promise<Admitted | NotAdmitted> => {
  const caller = await authenticate(delivery.headers, effectOf('POST'));
  const missing = typeof caller === 'object' ? missingPermission(caller, 'runs:start') : undefined;
  if (missing) return { problem: missing };
  const webhook = idShape.test(target.id) ? await webhooks.find(target) : undefined;
  const prove = (found: Webhook) => proveDelivery(found, delivery, now());
  const decision = decideWebhook({ webhook, caller, prove });
  if ('problem' in decision) return decision;
  const { accept, once } = decision;
  const { rateLimit } = accept.policy;
  const tooMany =
    rateLimit && accept.triggerId !== null && (await countDelivery(accept.triggerId, rateLimit));
  const viewer = typeof caller === 'object' ? caller : undefined;
  if (tooMany) return { problem: tooMany, ...(!viewer && { to: accept }) };
  return { webhook: accept, viewer, once };
};
