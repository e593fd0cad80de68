import type { Logger } from '@karrio/telemetry';
import { GraphQLError, isEnumType } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { problemOfFault } from '../../http/fault.ts';
import { isProblemCode, problem, statusOfCode, type Problem } from '../../http/problem.ts';
import { unforeseen } from '../../http/server.ts';
import type { GraphContext } from '../context.ts';
import { schema } from '../schema.ts';
import { shownError } from './shown-error.ts';
import { withoutValues } from './without-values.ts';

/** Where every result leaves, also those of requests that never reached a resolver. */
export const maskErrors = (log: Logger): Plugin<object, GraphContext> => ({
  onResultProcess: (payload) => {
    const { result, serverContext } = payload;
    if (!('errors' in result) || !result.errors) return;
    const { requestId } = serverContext.call;
    payload.setResult({ ...result, errors: maskedErrors(result.errors, requestId, log) });
  },
});

export const maskedErrors = (
  errors: readonly GraphQLError[],
  requestId: string,
  log: Logger,
): readonly GraphQLError[] => errors.map((error) => masked(error, requestId, log));

/** Shows what was a GraphQLError from the start and what a known fault is; of anything else, only its request. */
const masked = (error: GraphQLError, requestId: string, log: Logger): GraphQLError => {
  const cause = rootOf(error);
  if (cause instanceof GraphQLError) return coded(withoutValues(error, valuesOf));
  const found = problemOfFault(cause);
  if (found === undefined) log.error({ err: cause, request: requestId }, 'resolver failed');
  return shownError(found ?? unforeseen(requestId), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
  });
};

/** The same for an answer that is not GraphQL's. */
export const problemOfError = (error: GraphQLError, requestId: string, log: Logger): Problem => {
  const { message, extensions } = masked(error, requestId, log);
  const { code, details, validation } = extensions;
  return problem(isProblemCode(code) ? code : 'validation', message, details ?? validation);
};

/** What GraphQL itself finds wrong has no code of ours. */
const coded = (error: GraphQLError): GraphQLError => {
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  if (isProblemCode(extensions['code'])) return error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError,
    extensions: { ...extensions, code: 'validation', status_code: statusOfCode.validation },
  });
};

const valuesOf = (name: string): readonly string[] => {
  const type = schema.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
};

const rootOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;
