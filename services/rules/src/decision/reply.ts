import type { CommandReply, RejectionCode } from '@karrio/contracts';
import type { Refusal } from '@karrio/domain';

type Rejected = Extract<CommandReply, { rejected: unknown }>;

export const rejected = (code: RejectionCode, field: string, message: string): Rejected => ({
  rejected: { code, errors: [{ field, messages: [message] }] },
});

export const noDecision = (id: string): Rejected =>
  rejected('not-found', 'id', `No decision has the id ${id}; the rate_decisions query lists them.`);

/** All messages of one field together; the first refusal gives the code. */
export const refused = (refusals: readonly Refusal[]): Rejected => {
  const fields = Map.groupBy(refusals, ({ field }) => field);
  return {
    rejected: {
      code: refusals[0]?.code ?? 'invalid',
      errors: [...fields].map(([field, about]) => ({ field, messages: about.map(({ message }) => message) })),
    },
  };
};
