import type { Plugin } from 'graphql-yoga';
import type { GraphContext } from '../context.ts';
import { withMessage } from './without-values.ts';

/** GraphQL names what is like a name that is not there; where the schema is shown to nobody, that shows it bit by bit. */
export const noSuggestions: Plugin<object, GraphContext> = {
  onResultProcess: (payload) => {
    const { result } = payload;
    if (!('errors' in result) || !result.errors) return;
    const errors = result.errors.map((error) =>
      withMessage(error, error.message.replace(/ Did you mean [^]*\?$/, '')),
    );
    payload.setResult({ ...result, errors });
  },
};
