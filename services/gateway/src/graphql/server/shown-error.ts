import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { headersOf, statusOfCode, type Problem } from '../../http/problem.ts';

/** A problem as GraphQL shows it; masking lets it pass. Where the whole request failed, HTTP says so too. */
export const shownError = (
  { code, message, details }: Problem,
  options: Pick<GraphQLErrorOptions, 'nodes' | 'path' | 'source' | 'positions'> = {},
): GraphQLError => {
  const status = statusOfCode[code];
  return new GraphQLError(message, {
    ...options,
    extensions: {
      code,
      status_code: status,
      ...(details === undefined ? {} : { details }),
      ...(status === 401 || status === 429 || status >= 500
        ? { http: { status, headers: headersOf({ code }) } }
        : {}),
    },
  });
};
