import type { CommandReply, RejectionCode } from '@karrio/contracts';
import type { Refusal } from '@karrio/domain';

export const accepted = (id: string, position: bigint): CommandReply => ({
  accepted: { id, position: position.toString() },
});

export const rejected = (code: RejectionCode, field: string, message: string): CommandReply => ({
  rejected: { code, errors: [{ field, messages: [message] }] },
});

/** All messages of one field together; the first refusal gives the code. */
export const refusedReply = (refusals: readonly Refusal[]): CommandReply => {
  const fields = Map.groupBy(refusals, ({ field }) => field);
  return {
    rejected: {
      code: refusals[0]?.code ?? 'invalid',
      errors: [...fields].map(([field, about]) => ({ field, messages: about.map(({ message }) => message) })),
    },
  };
};
