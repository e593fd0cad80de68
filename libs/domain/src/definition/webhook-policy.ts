import type { ContentType } from './action.ts';
import type { TemplateEngine } from './template-engine.ts';

/** How a delivery is signed: in the ways of GitHub, Shopify, Stripe and Standard Webhooks, or in a plain one. */
export const signatureSchemes = ['hmac', 'github', 'shopify', 'stripe', 'standard'] as const;
export type SignatureScheme = (typeof signatureSchemes)[number];

/** The trigger's secret is the key of an HMAC with SHA-256 over the body's bytes, and is never sent. */
export type SignaturePolicy = Readonly<{
  scheme: SignatureScheme;
  /** The name of the header with the signature; null: the scheme's own. */
  header: string | null;
  /** Of `hmac`: the header with the time in seconds, signed before the body with a dot between; null: none is. */
  timestampHeader: string | null;
  /** How far a signed time may be from ours, either way. */
  toleranceMs: number;
}>;

/** What tells one delivery from another: the value of a header, the one at a path of the body, or the whole body. */
export type DeliveryKey =
  Readonly<{ header: string }> | Readonly<{ path: string }> | Readonly<{ body: true }>;

export type RateLimit = Readonly<{ deliveries: number; perMs: number }>;

/** Shapes the answer to a delivery that waits for its run, from the run's `parameters` and `steps`. */
export type ResponsePolicy = Readonly<{
  /** Renders the status, such as 200. */
  statusTemplate: string;
  /** Renders a JSON object of headers. */
  headerTemplate: string | null;
  /** Null: no body. */
  bodyTemplate: string | null;
  contentType: ContentType;
  templateEngine: TemplateEngine;
  /** How long a delivery waits that does not say it itself. */
  waitMs: number;
}>;

/** What a run is given: the body alone, or `{ method, headers, query, body }`. */
export const parameterSources = ['body', 'request'] as const;
export type ParameterSource = (typeof parameterSources)[number];

/** How the requests of a webhook trigger are checked and answered. */
export type WebhookPolicy = Readonly<{
  /** Null: the secret itself comes in the header of the trigger's `secretKey`. */
  signature: SignaturePolicy | null;
  /** Null: the scheme's own where its header is not another, else none. */
  deliveryKey: DeliveryKey | null;
  rateLimit: RateLimit | null;
  response: ResponsePolicy | null;
  parametersFrom: ParameterSource;
}>;

export const defaultWebhookPolicy: WebhookPolicy = {
  signature: null,
  deliveryKey: null,
  rateLimit: null,
  response: null,
  parametersFrom: 'body',
};
