import { createHash } from 'node:crypto';
import { canonicalJson } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of all that an event says, and of who said it and from where; not of its trace. */
export const digestOf = ({ id, type, data, stream, revision, metadata }: Recorded): string => {
  const { org, actor, $causationId, origin = null } = metadata;
  return sha256(canonicalJson({ id, type, data, stream, revision, org, actor, $causationId, origin }));
};

/** Of several events, by the digests of each. */
export const digestOfAll = (digests: readonly string[]): string => sha256(digests.join('\n'));
