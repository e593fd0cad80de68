import { isAsking, type RunEvent } from '@karrio/domain';

/** Of facts that came too late, those that say what a request brought. */
export const lateOutcomes = (facts: readonly RunEvent[]): readonly RunEvent[] =>
  facts.flatMap((fact): readonly RunEvent[] => {
    if (fact.type === 'ActionSucceeded') {
      const { passed: _, ...data } = fact.data;
      // A mapping or a condition asked nobody: there is nothing to know.
      if (!data.response) return [];
      return [{ type: 'ActionCompletedLate', data: { ...data, succeeded: true } }];
    }
    if (fact.type === 'ActionFailed' || fact.type === 'ActionRetryScheduled') {
      const { slug, actionId, actionType, order, attempt, failure, output, response, startedAt, at } =
        fact.data;
      if (!isAsking(actionType)) return [];
      const about = { slug, actionId, actionType, order, attempt, failure, startedAt, at };
      const answer = { ...(output && { output }), ...(response && { response }) };
      return [{ type: 'ActionCompletedLate', data: { ...about, ...answer, succeeded: false } }];
    }
    return [];
  });
