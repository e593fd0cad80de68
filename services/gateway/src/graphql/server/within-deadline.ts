import { untilAborted } from '@karrio/read-model';
import { getOperationAST, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { problem, type Problem } from '../../http/problem.ts';
import type { GraphContext } from '../context.ts';
import { shownError } from './shown-error.ts';

type Operation = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'> &
  Readonly<{ contextValue: GraphContext }>;
type Execute = (args: Operation) => ExecutionResult | PromiseLike<ExecutionResult>;

/**
 * Executes an operation, or gives it up after so long: its statements are cancelled, none of its fields begins any
 * more, and the answer says so.
 */
export const withinDeadline =
  (timeoutMs: number, execute: Execute): ((args: Operation) => Promise<ExecutionResult>) =>
  async (args) => {
    const deadline = new AbortController();
    const { signal } = deadline;
    const givenUp = Promise.withResolvers<ExecutionResult>();
    const timer = setTimeout(() => {
      const found = shownError(givenUpBecause(args, timeoutMs));
      givenUp.resolve({ errors: [found] });
      deadline.abort(found);
    }, timeoutMs);
    const { call } = args.contextValue;
    const contextValue = { ...args.contextValue, call: { ...call, deadline: signal } };
    try {
      const executing = untilAborted(signal, async () => execute({ ...args, contextValue }));
      return await Promise.race([executing, givenUp.promise]);
    } finally {
      clearTimeout(timer);
    }
  };

/** Every operation but subscriptions. */
export const deadlines = (timeoutMs: number): Plugin<GraphContext, GraphContext> => ({
  onExecute: ({ args, executeFn, setExecuteFn }) =>
    setExecuteFn(() => withinDeadline(timeoutMs, executeFn)(args)),
});

const givenUpBecause = ({ document, operationName, contextValue }: Operation, timeoutMs: number): Problem => {
  const { requestId } = contextValue.call;
  const within = `No answer within ${timeoutMs / 1_000} s`;
  return getOperationAST(document, operationName)?.operation === 'mutation'
    ? problem(
        'outcome_unknown',
        `${within}, so it is not known whether this took effect (request ${requestId}). Repeat it with the same Idempotency-Key: it takes effect once.`,
      )
    : problem(
        'deadline_exceeded',
        `${within}, so this was given up (request ${requestId}). Ask for less: a smaller page, fewer fields, a narrower filter, or several requests.`,
      );
};
