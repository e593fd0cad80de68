import type { ActionDefinition } from '@karrio/domain';
import type { ActionProblem, Surroundings } from '../action-type.ts';
import { statusPattern } from './status-pattern.ts';

export const validateRequest = (
  { host, method, connectionId, http }: ActionDefinition,
  { connection }: Surroundings,
): readonly ActionProblem[] => {
  const problems: ActionProblem[] = [];
  if (!host && !connection?.host) {
    const message =
      connectionId === null
        ? 'An HTTP request needs a host, such as https://api.example.com.'
        : 'Neither the action nor its connection has a host; set one, such as https://api.example.com.';
    problems.push({ field: 'host', message });
  }
  if (!method) {
    const message = 'An HTTP request needs a method: get, post, put, patch or delete.';
    problems.push({ field: 'method', message });
  }
  return [
    ...problems,
    ...malformed('accepted_statuses', http.acceptedStatuses),
    ...malformed('retry_policy.statuses', http.retry?.statuses ?? null),
  ];
};

const malformed = (field: string, patterns: readonly string[] | null): readonly ActionProblem[] =>
  (patterns ?? []).flatMap((pattern) =>
    statusPattern.test(pattern)
      ? []
      : [{ field, message: `${pattern} is no status; write 404, 2xx or 200-204.` }],
  );
