import type { FieldErrors, Question } from '@karrio/contracts';
import { fieldErrorsOf } from '../command/rejection.ts';
import { viewerOf, type GraphContext } from './context.ts';

/**
 * Asks a service something that changes nothing. What the caller did wrong is a value.
 * @throws BusUnavailable where nobody answers
 */
export const ask = async (
  { ports, call }: GraphContext,
  service: 'command' | 'executor' | 'rules',
  question: Pick<Question, 'name' | 'payload'>,
): Promise<Readonly<{ answered: unknown }> | Readonly<{ errors: FieldErrors }>> => {
  const { org } = viewerOf({ ports, call });
  const answer = await ports.question(service, { ...question, org });
  return 'rejected' in answer ? { errors: fieldErrorsOf(answer.rejected) } : answer;
};

// oxlint-disable-next-line typescript/consistent-type-assertions -- read from JSON by GraphQL
export const asJson = (payload: object) => payload as Question['payload'];
