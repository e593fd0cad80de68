import { hash, timingSafeEqual } from 'node:crypto';
import { problem } from '../http/problem.ts';
import { headerOf } from './signature/scheme.ts';
import { verifySignature, type SignedDelivery, type Verified } from './signature/verify-signature.ts';
import { secretHeaderOf, type Webhook } from './webhook.ts';

/** Whether a delivery comes from who knows the trigger's secret, of which there are two while it is changed. */
export const proveDelivery = (webhook: Webhook, delivery: SignedDelivery, now: number): Verified => {
  const { signature } = webhook.policy;
  const valid = webhook.secrets.flatMap(({ value, untilMs }) =>
    untilMs === null || now < untilMs ? [value] : [],
  );
  if (signature) return verifySignature(signature, valid, delivery, now);
  if (webhook.secrets.length === 0) return { once: undefined };
  const name = secretHeaderOf(webhook);
  const presented = headerOf(delivery.headers, name);
  // All of them, in constant time each.
  const right = valid.filter((secret) => presented !== undefined && isSame(presented, secret));
  return right.length > 0
    ? { once: undefined }
    : { problem: problem('wrong_secret', `Send this trigger's secret in the header ${name}.`) };
};

/** Of the same length whatever they are. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digestOf(a), digestOf(b));

const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer');
