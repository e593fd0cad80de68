import { jsonBodyOf } from '../http/json-body.ts';
import { problem, type Problem } from '../http/problem.ts';
import { filterOfQuery } from './filter-of-query.ts';
import { fieldOf, inputTypeOf } from './operation-field.ts';
import type { RestOperation } from './operations.ts';

type Request = Readonly<{
  params: Readonly<{ id?: string }>;
  query: Readonly<Record<string, string | readonly string[] | undefined>>;
  headers: Readonly<{ 'content-type'?: string | undefined }>;
  body?: string | null | undefined;
}>;

type Variables = Readonly<{ variables: Readonly<Record<string, unknown>> }> | Readonly<{ problem: Problem }>;

/** A request as the variables of its operation's document. */
export const variablesOf = (operation: RestOperation, request: Request): Variables => {
  const { params, query } = request;
  if (operation.kind === 'page') {
    const { count, ...rest } = query;
    if (count !== undefined && count !== 'true' && count !== 'false') {
      return { problem: problem('validation', 'The query parameter count is true or false.') };
    }
    const read = filterOfQuery(rest, inputTypeOf(fieldOf(operation)));
    if ('problem' in read) return read;
    return { variables: { filter: read.filter, count: count === 'true' } };
  }
  const [unknown] = Object.keys(query);
  if (unknown !== undefined) {
    return { problem: problem('validation', `There is no query parameter ${unknown} here.`) };
  }
  if (operation.kind === 'one') return { variables: { id: params.id } };
  const input = inputOf(request);
  if ('problem' in input) return input;
  return { variables: { input: { ...input.value, ...(params.id === undefined ? {} : { id: params.id }) } } };
};

/** Nothing at all is an input without fields. */
const inputOf = (request: Request): Readonly<{ value: object }> | Readonly<{ problem: Problem }> => {
  if ((request.body ?? '').trim() === '') return { value: {} };
  const parsed = jsonBodyOf(request);
  if ('problem' in parsed) return parsed;
  const { value } = parsed;
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { value }
    : { problem: problem('malformed_body', 'The request’s body must be a JSON object.') };
};
