import type { Question, QuestionName } from '@karrio/contracts';
import { problem } from '../../http/problem.ts';
import { ask } from '../ask.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { shownError } from '../server/shown-error.ts';

/**
 * Asks the rules service, which answers on nothing older than what the caller has seen.
 * @throws GraphQLError for what is wrong with the input, BusUnavailable where nobody answers
 */
export const askRules = async <T>(context: GraphContext, name: QuestionName, payload: object): Promise<T> => {
  const seen = context.ports.rulesSeen(viewerOf(context).org);
  // oxlint-disable-next-line typescript/consistent-type-assertions -- read from JSON by GraphQL
  const asked = { ...payload, ...(seen === undefined ? {} : { seen }) } as Question['payload'];
  const answer = await ask(context, 'rules', { name, payload: asked });
  if ('errors' in answer) {
    const message = answer.errors.map(({ field, messages }) => `${field}: ${messages.join(' ')}`).join('; ');
    throw shownError(problem('validation', message, answer.errors));
  }
  // oxlint-disable-next-line typescript/consistent-type-assertions -- what the rules service answers to this question
  return answer.answered as T;
};
