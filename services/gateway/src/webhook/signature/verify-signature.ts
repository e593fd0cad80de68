import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SignaturePolicy } from '@karrio/domain';
import { problem, type Problem } from '../../http/problem.ts';
import { schemes, signatureHeaderOf, type Signed } from './scheme.ts';

export type SignedDelivery = Readonly<{ headers: IncomingHttpHeaders; body: Buffer }>;

/** `once`: names what was signed together with a time, and so is never sent twice; undefined without a time. */
export type Verified = Readonly<{ once: string | undefined }> | Readonly<{ problem: Problem }>;

/**
 * Whether the body's bytes were signed with one of the secrets, not too long ago. Compares in constant time, and
 * says that a time is off only to who has signed it.
 */
export const verifySignature = (
  policy: SignaturePolicy,
  secrets: readonly string[],
  { headers, body }: SignedDelivery,
  now: number,
): Verified => {
  const { read, keyOf } = schemes[policy.scheme];
  const signed = read(policy, headers);
  if ('missing' in signed) return { problem: problem('wrong_signature', signed.missing) };
  const digests = secrets.map((secret) => digestOf(keyOf(secret), signed, body));
  if (!digests.some((digest) => isAmong(signed, digest))) {
    const message = `The signature in the header ${signatureHeaderOf(policy)} is not that of this body under this trigger's secret; sign the bytes as they are sent.`;
    return { problem: problem('wrong_signature', message) };
  }
  if (signed.atMs === undefined) return { once: undefined };
  if (Math.abs(now - signed.atMs) > policy.toleranceMs) {
    const message = `The delivery was signed at ${new Date(signed.atMs).toISOString()}, more than ${policy.toleranceMs / 1_000} s from now; sign it anew, and check the clock.`;
    return { problem: problem('signature_expired', message) };
  }
  // The same under either of two secrets.
  return { once: `${signed.before}${hash('sha256', body)}` };
};

const digestOf = (key: Buffer, { before }: Signed, body: Buffer): Buffer =>
  createHmac('sha256', key).update(before).update(body).digest();

/** Every one is compared, so that the time taken does not tell which was right. */
const isAmong = ({ signatures }: Signed, digest: Buffer): boolean =>
  signatures.filter((signature) => signature.length === digest.length && timingSafeEqual(signature, digest))
    .length > 0;
