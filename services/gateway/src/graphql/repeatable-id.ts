import { derivedId, newId, type IdKind } from '@karrio/contracts';
import { viewerOf, type GraphContext } from './context.ts';

/** A new id; of a request that is repeated with its Idempotency-Key the same one. `field` is the response's key. */
export const repeatableId = (kind: IdKind, context: GraphContext, field: string | number): string => {
  const { idempotencyKey } = context.call;
  return idempotencyKey === undefined
    ? newId(kind)
    : derivedId(kind, viewerOf(context).org, String(field), idempotencyKey);
};
