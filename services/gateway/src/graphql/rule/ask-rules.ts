import type { QuestionName } from '@karrio/contracts';
import { problem } from '../../http/problem.ts';
import { asJson, ask } from '../ask.ts';
import type { GraphContext } from '../context.ts';
import { shownError } from '../server/shown-error.ts';

/**
 * Asks the rules service.
 * @throws GraphQLError for what is wrong with the input, BusUnavailable where nobody answers
 */
export const askRules = async <T>(context: GraphContext, name: QuestionName, payload: object): Promise<T> => {
  const answer = await ask(context, 'rules', { name, payload: asJson(payload) });
  if ('errors' in answer) {
    const message = answer.errors.map(({ field, messages }) => `${field}: ${messages.join(' ')}`).join('; ');
    throw shownError(problem('validation', message, answer.errors));
  }
  // oxlint-disable-next-line typescript/consistent-type-assertions -- what the rules service answers to this question
  return answer.answered as T;
};
