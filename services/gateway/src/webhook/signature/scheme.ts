import type { SignaturePolicy, SignatureScheme } from '@karrio/domain';
import type { IncomingHttpHeaders } from 'node:http';

/** What a signed delivery says of itself; nothing of it is true yet. */
export type Signed = Readonly<{
  /** One of these has to be right. */
  signatures: readonly Buffer[];
  /** What is signed, in order; the body comes last. */
  before: string;
  /** When it was signed, in ms; undefined where the scheme has no time. */
  atMs?: number;
}>;

/** Why a delivery carries no signature that could be checked, in words that say what to send. */
export type Unsigned = Readonly<{ missing: string }>;

export type Scheme = Readonly<{
  /** The header with the signature, unless the trigger names another. */
  header: string;
  read: (policy: SignaturePolicy, headers: IncomingHttpHeaders) => Signed | Unsigned;
  /** The bytes of the key that a secret means. */
  keyOf: (secret: string) => Buffer;
}>;

const asText = (secret: string): Buffer => Buffer.from(secret, 'utf8');

/** Standard Webhooks writes a key's bytes in base64, after `whsec_`. */
const standardKey = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

/** How the body's origin is shown: https://docs.github.com, https://shopify.dev, https://docs.stripe.com, https://www.standardwebhooks.com. */
export const schemes: Readonly<Record<SignatureScheme, Scheme>> = {
  hmac: {
    header: 'X-Signature',
    keyOf: asText,
    read: (policy, headers) => {
      const name = signatureHeaderOf(policy);
      const signature = digestIn(headerOf(headers, name));
      if (!signature) return missing(name, 'sha256= and the HMAC in hex, or the HMAC in hex or base64');
      if (policy.timestampHeader === null) return { signatures: [signature], before: '' };
      const time = headerOf(headers, policy.timestampHeader);
      const atMs = timeIn(time);
      if (atMs === undefined)
        return missing(policy.timestampHeader, 'the time of signing in seconds since 1970');
      return { signatures: [signature], before: `${time}.`, atMs };
    },
  },
  github: {
    header: 'X-Hub-Signature-256',
    keyOf: asText,
    read: (policy, headers) => {
      const name = signatureHeaderOf(policy);
      const signature = hexIn(/^sha256=(.*)$/.exec(headerOf(headers, name) ?? '')?.[1]);
      return signature
        ? { signatures: [signature], before: '' }
        : missing(name, 'sha256= and the HMAC in hex');
    },
  },
  shopify: {
    header: 'X-Shopify-Hmac-SHA256',
    keyOf: asText,
    read: (policy, headers) => {
      const name = signatureHeaderOf(policy);
      const signature = base64In(headerOf(headers, name));
      return signature ? { signatures: [signature], before: '' } : missing(name, 'the HMAC in base64');
    },
  },
  stripe: {
    header: 'Stripe-Signature',
    keyOf: asText,
    read: (policy, headers) => {
      const name = signatureHeaderOf(policy);
      const parts = (headerOf(headers, name) ?? '').split(',').map((part) => part.trim());
      const [time] = valuesOf(parts, 't=');
      const signatures = valuesOf(parts, 'v1=').flatMap((text) => hexIn(text) ?? []);
      const atMs = timeIn(time);
      if (atMs === undefined || signatures.length === 0)
        return missing(name, 't= and the time in seconds, then v1= and the HMAC in hex');
      return { signatures, before: `${time}.`, atMs };
    },
  },
  standard: {
    header: 'webhook-signature',
    keyOf: standardKey,
    read: (policy, headers) => {
      const name = signatureHeaderOf(policy);
      const signatures = valuesOf((headerOf(headers, name) ?? '').split(' '), 'v1,').flatMap(
        (text) => base64In(text) ?? [],
      );
      if (signatures.length === 0) return missing(name, 'v1, and the HMAC in base64');
      const [id, time] = [headerOf(headers, 'webhook-id'), headerOf(headers, 'webhook-timestamp')];
      const atMs = timeIn(time);
      if (id === undefined) return missing('webhook-id', 'the id of the message');
      if (atMs === undefined)
        return missing('webhook-timestamp', 'the time of signing in seconds since 1970');
      return { signatures, before: `${id}.${time}.`, atMs };
    },
  },
};

export const signatureHeaderOf = ({ scheme, header }: SignaturePolicy): string =>
  header ?? schemes[scheme].header;

/** A header that came once; node joins most that came twice with a comma, which no signature holds. */
export const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value.trim() : undefined;
};

/** Signatures in a header beyond these are not looked at: each costs an HMAC to refute. */
const signaturesMax = 10;

const valuesOf = (parts: readonly string[], prefix: string): readonly string[] =>
  parts
    .flatMap((part) => (part.startsWith(prefix) ? [part.slice(prefix.length)] : []))
    .slice(0, signaturesMax);

const hexIn = (text: string | undefined): Buffer | undefined =>
  text !== undefined && /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : undefined;

const base64In = (text: string | undefined): Buffer | undefined =>
  text !== undefined && /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;

/** A digest of 32 bytes in any of the ways that are in use. */
const digestIn = (text: string | undefined): Buffer | undefined => {
  const bare = text?.replace(/^sha256=/i, '');
  return hexIn(bare) ?? base64In(bare);
};

const timeIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : undefined;

const missing = (name: string, what: string): Unsigned => ({
  missing: `Send in the header ${name} ${what}.`,
});
