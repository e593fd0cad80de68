import { getOperationAST, Kind, NoSchemaIntrospectionCustomRule, type ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { unauthenticated } from '../../auth/viewer.ts';
import type { GraphContext } from '../context.ts';
import { shownError } from './shown-error.ts';

export type Introspection = 'open' | 'key' | 'off';

/** Everything but introspection needs an API key, so that tools can read the schema before they have one. */
export const requireKey = (introspection: Introspection): Plugin<GraphContext, GraphContext> => ({
  onValidate: ({ addValidationRule }) => {
    if (introspection === 'off') addValidationRule(NoSchemaIntrospectionCustomRule);
  },
  onExecute: ({ args, setResultAndStopExecution }) => {
    const { caller } = args.contextValue.call;
    const isOpen = introspection === 'open' && isIntrospection(args);
    if (typeof caller === 'object' || isOpen) return;
    const { call, ports } = args.contextValue;
    const found = unauthenticated(caller);
    // Who sent something that is none was refused before it came here.
    ports.noteRefusal({
      suspect: { kind: 'stranger' },
      action: 'POST /graphql',
      code: found.code,
      origin: call.origin,
    });
    setResultAndStopExecution({ errors: [shownError(found)] });
  },
});

const isIntrospection = ({ document, operationName }: Pick<ExecutionArgs, 'document' | 'operationName'>) =>
  getOperationAST(document, operationName)?.selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
  );
