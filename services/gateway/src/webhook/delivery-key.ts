import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  valueAt,
  type DeliveryKey,
  type Json,
  type SignatureScheme,
  type WebhookPolicy,
} from '@karrio/domain';
import { problem, type Problem } from '../http/problem.ts';
import { headerOf } from './signature/scheme.ts';

/** A body as it came, and what it says. */
type Content = Readonly<{ body: Buffer; parameters: Json }>;

type Found = Readonly<{ key: string | undefined }> | Readonly<{ problem: Problem }>;

/** What each sender calls its deliveries by; the same for one that it repeats. */
const keysOfSchemes: Readonly<Partial<Record<SignatureScheme, DeliveryKey>>> = {
  github: { header: 'X-GitHub-Delivery' },
  shopify: { header: 'X-Shopify-Webhook-Id' },
  stripe: { path: 'id' },
  standard: { header: 'webhook-id' },
};

const charsMax = 500;

/**
 * What a delivery is called among those of its trigger: one of the same name is the same delivery. One that has none
 * is refused only where the trigger itself says where it is.
 */
export const deliveryKeyOf = (
  { signature, deliveryKey }: WebhookPolicy,
  headers: IncomingHttpHeaders,
  { body, parameters }: Content,
): Found => {
  // What is signed in another header comes from another sender, whose body may mean something else by an id.
  const ofScheme = signature?.header === null ? keysOfSchemes[signature.scheme] : undefined;
  const place = deliveryKey ?? ofScheme;
  if (!place) return { key: undefined };
  if ('body' in place) return { key: createHash('sha256').update(body).digest('hex') };
  const key = keyAt(place, headers, parameters);
  if (key !== undefined || deliveryKey === null) return { key };
  const where = 'header' in place ? `in the header ${place.header}` : `in the body at ${place.path}`;
  const message = `This trigger tells deliveries apart by what is ${where}: send a text or a number there, of ${charsMax} characters at most.`;
  return { problem: problem('validation', message) };
};

const keyAt = (
  place: Exclude<DeliveryKey, { body: true }>,
  headers: IncomingHttpHeaders,
  parameters: Json,
): string | undefined => {
  const found = 'header' in place ? headerOf(headers, place.header) : valueAt(parameters, place.path);
  const key = typeof found === 'number' ? String(found) : found;
  return typeof key === 'string' && key !== '' && key.length <= charsMax ? key : undefined;
};
