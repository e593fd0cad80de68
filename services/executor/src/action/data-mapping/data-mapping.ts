import type { ActionType } from '../action-type.ts';
import { renderField } from '../render.ts';

/** Turns what came before into something else. A JSON mapping's output is parsed, any other is its text. */
export const dataMapping: ActionType = {
  type: 'data_mapping',
  prepare: (action, context) => {
    const isJson = (action.contentType ?? 'json') === 'json';
    const mapped = renderField(action, 'parameters_template', context, isJson ? 'json' : 'text');
    if ('failed' in mapped) return mapped;
    return { pure: { succeeded: { output: mapped.value ?? null } } };
  },
};
