import { parse, type DocumentNode, type ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GraphContext } from '../context.ts';
import { limitErrors, tokensMax } from './limits.ts';

/** Measured where the variables are known: what a page holds is often in one. */
export const limiting: Plugin<object, GraphContext> = {
  onParse: ({ setParseFn }) => {
    setParseFn((source: string, options?: object): DocumentNode =>
      parse(source, { ...options, maxLexicalTokens: tokensMax }),
    );
  },
  onExecute: ({ args, setResultAndStopExecution }) => {
    const errors = limitErrors(asked(args));
    if (errors.length > 0) setResultAndStopExecution({ errors });
  },
  onSubscribe: ({ args, setResultAndStopExecution }) => {
    const errors = limitErrors(asked(args));
    if (errors.length > 0) setResultAndStopExecution({ errors });
  },
};

const asked = ({ schema, document, operationName, variableValues }: ExecutionArgs) => ({
  schema,
  document,
  operationName,
  variableValues,
});
