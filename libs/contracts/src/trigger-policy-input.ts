import { contentTypes, parameterSources, signatureSchemes, templateEngines } from '@karrio/domain';
import { z } from 'zod';
import { within } from './within.ts';

const headerName = z.string().max(100, 'must have at most 100 characters').nullable().optional();
const template = z.string().nullable().optional();

const SignatureInput = z.object({
  scheme: z.enum(signatureSchemes),
  header: headerName,
  timestampHeader: headerName,
  toleranceMs: within(1_000, 86_400_000).nullable().optional(),
});
export type SignatureInput = z.infer<typeof SignatureInput>;

/** One of them. */
const DeliveryKeyInput = z.object({
  header: headerName,
  path: z.string().nullable().optional(),
  body: z.boolean().nullable().optional(),
});
export type DeliveryKeyInput = z.infer<typeof DeliveryKeyInput>;

const RateLimitInput = z.object({ deliveries: within(1, 1_000_000), perMs: within(1_000, 86_400_000) });

const ResponseInput = z.object({
  statusTemplate: template,
  headerTemplate: template,
  bodyTemplate: template,
  contentType: z.enum(contentTypes).nullable().optional(),
  templateEngine: z.enum(templateEngines).nullable().optional(),
  waitMs: within(1, 60_000).nullable().optional(),
});
export type ResponseInput = z.infer<typeof ResponseInput>;

/** Absent keeps what is (on update) or takes the default (on create); what is given is taken as a whole. */
export const WebhookPolicyInput = z.object({
  signature: SignatureInput.nullable().optional(),
  deliveryKey: DeliveryKeyInput.nullable().optional(),
  rateLimit: RateLimitInput.nullable().optional(),
  response: ResponseInput.nullable().optional(),
  parametersFrom: z.enum(parameterSources).nullable().optional(),
});
export type WebhookPolicyInput = z.infer<typeof WebhookPolicyInput>;

export const EventPolicyInput = z.object({
  types: z
    .array(z.string().max(255, 'must have at most 255 characters'))
    .max(50, 'can be 50 at most')
    .optional(),
  filter: z.string().max(4_096, 'must have at most 4096 characters').nullable().optional(),
  templateEngine: z.enum(templateEngines).nullable().optional(),
});
export type EventPolicyInput = z.infer<typeof EventPolicyInput>;
