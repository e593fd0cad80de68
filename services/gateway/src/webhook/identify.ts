import { derivedId } from '@karrio/contracts';
import { runIdOf } from '../command/submit.ts';

/** Which run a delivery is for. */
export type Identity = Readonly<{
  runId: string;
  /** One that comes again is answered with the run of the first. */
  isRepeatable: boolean;
  /** One that comes again is a replay, and refused. */
  isOnce: boolean;
}>;

export type Named = Readonly<{
  workflowId: string;
  triggerId: string | null;
  deliveryKey: string | undefined;
  /** What was signed together with its time. */
  once: string | undefined;
  idempotencyKey: string | undefined;
}>;

/**
 * Ids are made of what names a delivery, and the log takes each once: over all gateways, for ever. What a signature
 * covers goes before the Idempotency-Key, which anyone can put beside a signed body.
 */
export const identify = ({ workflowId, triggerId, deliveryKey, once, idempotencyKey }: Named): Identity => {
  if (triggerId !== null && deliveryKey !== undefined) {
    const runId = derivedId('run', triggerId, 'delivery', deliveryKey);
    return { runId, isRepeatable: true, isOnce: false };
  }
  if (triggerId !== null && once !== undefined) {
    return { runId: derivedId('run', triggerId, 'signed', once), isRepeatable: false, isOnce: true };
  }
  const isRepeatable = idempotencyKey !== undefined;
  return { runId: runIdOf(workflowId, idempotencyKey), isRepeatable, isOnce: false };
};
