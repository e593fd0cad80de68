import { parseVerdict } from '@karrio/templates';
import type { ActionType } from '../action-type.ts';
import { renderFieldText } from '../render.ts';

/** Decides whether the run goes on. */
export const conditional: ActionType = {
  type: 'conditional',
  prepare: (action, context) => {
    const text = renderFieldText(action, 'parameters_template', context);
    if ('failed' in text) return text;
    const judged = parseVerdict(text.value);
    if ('problem' in judged) {
      return { failed: { code: 'unclear-condition', message: `parameters_template: ${judged.problem}` } };
    }
    return { pure: { succeeded: { output: { result: judged.verdict }, passed: judged.verdict } } };
  },
};
