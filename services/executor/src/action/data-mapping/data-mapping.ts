import type { ActionType } from '../action-type.ts';
import { renderFieldJson, renderFieldText } from '../render.ts';

/** Turns what came before into something else. A JSON mapping's output is parsed, any other is its text. */
export const dataMapping: ActionType = {
  type: 'data_mapping',
  prepare: (action, context) => {
    const isJson = (action.contentType ?? 'json') === 'json';
    const mapped = (isJson ? renderFieldJson : renderFieldText)(action, 'parameters_template', context);
    if ('failed' in mapped) return mapped;
    return { pure: { succeeded: { output: mapped.value ?? null } } };
  },
};
