import type { Logger } from '@karrio/telemetry';
import {
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { SubscriptionEnded } from '../../live/mailbox.ts';
import type { GraphContext } from '../context.ts';
import type { GraphServer } from './graph-server.ts';
import type { LiveState } from './live-call.ts';
import { maskedErrors } from './mask-errors.ts';
import { shownError } from './shown-error.ts';

export type OperationParams = Readonly<{
  query: string;
  variables?: Readonly<Record<string, unknown>> | null | undefined;
  operationName?: string | null | undefined;
}>;

export type Prepared =
  | Readonly<{ errors: readonly GraphQLError[] }>
  | Readonly<{ isSubscription: boolean; args: ExecutionArgs; subscribe: () => Promise<unknown> }>;

/** Parses and checks an operation with the same limits and permissions as every other. */
export const prepareOperation = async (
  graph: GraphServer,
  context: GraphContext,
  { query, variables, operationName }: OperationParams,
): Promise<Prepared> => {
  const request = new Request('http://gateway/graphql');
  const enveloped: Enveloped = graph.getEnveloped({ ...context, request, params: { query } });
  const { schema, contextFactory } = enveloped;
  const document = parsed(enveloped.parse, query);
  if (document instanceof GraphQLError) return { errors: [document] };
  const errors = enveloped.validate(schema, document);
  if (errors.length > 0) return { errors };
  const args: ExecutionArgs = {
    schema,
    document,
    contextValue: await contextFactory(),
    variableValues: variables ?? null,
    operationName: operationName ?? null,
  };
  const operation = getOperationAST(document, operationName);
  return {
    isSubscription: operation?.operation === 'subscription',
    args,
    subscribe: async () => enveloped.subscribe(args),
  };
};

/** What envelop types as anything. */
type Enveloped = Readonly<{
  schema: GraphQLSchema;
  parse: (query: string) => DocumentNode;
  validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
  contextFactory: () => unknown;
  subscribe: (args: ExecutionArgs) => unknown;
}>;

const parsed = (parse: (query: string) => DocumentNode, query: string): DocumentNode | GraphQLError => {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
};

/** By hand: a generator that waits for its source could not be ended before something comes. */
export type Results = AsyncIterableIterator<ExecutionResult>;

export const isIterable = (result: unknown): result is AsyncIterable<ExecutionResult> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result;

/** What GraphQL's subscribe answers where it is no iterable. */
export const errorsIn = (result: unknown): readonly GraphQLError[] =>
  typeof result === 'object' && result !== null && 'errors' in result && Array.isArray(result.errors)
    ? result.errors.filter((error) => error instanceof GraphQLError)
    : [];

/** Results as clients see them: with the cursor after each, errors masked, and an end that says why. */
export const liveResults = (
  source: AsyncIterable<ExecutionResult>,
  { cursor }: Pick<LiveState, 'cursor'>,
  { requestId, log }: Readonly<{ requestId: string; log: Logger }>,
): Results => {
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  const shown = (result: ExecutionResult): ExecutionResult => {
    const at = cursor();
    return {
      ...result,
      ...(result.errors ? { errors: maskedErrors(result.errors, requestId, log) } : {}),
      ...(at === undefined ? {} : { extensions: { ...result.extensions, cursor: at } }),
    };
  };
  const farewell = (error: unknown): ExecutionResult => {
    isOver = true;
    const ended = endIn(error);
    return shown({ errors: [ended ? shownError(ended.problem) : graphqlError(error)] });
  };
  const results: Results = {
    next: async () => {
      if (isOver) return { done: true, value: undefined };
      try {
        const result = await iterator.next();
        return result.done ? { done: true, value: undefined } : { done: false, value: shown(result.value) };
      } catch (error) {
        return { done: false, value: farewell(error) };
      }
    },
    return: async () => {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => results,
  };
  return results;
};

/** GraphQL puts an error of its own around what a source throws. */
const endIn = (error: unknown): SubscriptionEnded | undefined => {
  if (error instanceof SubscriptionEnded) return error;
  return error instanceof GraphQLError && error.originalError ? endIn(error.originalError) : undefined;
};

const graphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError('The subscription failed.', error instanceof Error ? { originalError: error } : {});
