import type { ParameterSource, SignatureScheme } from '@karrio/domain';
import { builder } from '../builder.ts';

type Described<Value extends string> = Readonly<Record<Value, Readonly<{ description: string }>>>;

export const SignatureSchemeEnum = builder.enumType('SignatureSchemeEnum', {
  description: 'How a delivery is signed.',
  values: {
    hmac: { description: 'X-Signature: sha256= and hex, or hex or base64 alone.' },
    github: { description: 'As GitHub: X-Hub-Signature-256.' },
    shopify: { description: 'As Shopify: X-Shopify-Hmac-SHA256.' },
    stripe: { description: 'As Stripe: Stripe-Signature with t= and v1=.' },
    standard: { description: 'As Standard Webhooks: webhook-id, webhook-timestamp and webhook-signature.' },
  } satisfies Described<SignatureScheme>,
});

export const ParameterSourceEnum = builder.enumType('ParameterSourceEnum', {
  description: 'What of a delivery a run is given as its parameters.',
  values: {
    body: { description: 'The body.' },
    request: { description: 'An object of method, headers, query and body; without what proves the sender.' },
  } satisfies Described<ParameterSource>,
});
