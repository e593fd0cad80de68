import { parseVerdict } from '@karrio/templates';
import type { ActionTemplate, ActionType, Templated } from '../action-type.ts';
import { renderContext } from '../render-context.ts';
import { renderFieldText } from '../render.ts';

const templatesOf = ({
  parametersTemplate: source,
  contentType,
  templateEngine: engine,
}: Templated): readonly ActionTemplate[] =>
  source ? [{ field: 'parameters_template', source, contentType: contentType ?? 'json', engine }] : [];

/** Decides whether the run goes on. */
export const conditional: ActionType = {
  type: 'conditional',
  templatesOf,
  validate: ({ parametersTemplate }) =>
    parametersTemplate?.trim()
      ? []
      : [{ field: 'parameters_template', message: 'Write the condition as a template.' }],
  plan: (action, seen) => {
    const [template] = templatesOf(action);
    const context = renderContext(action, seen);
    const text = template ? renderFieldText(template, context) : { value: '' };
    if ('failed' in text) return text;
    const judged = parseVerdict(text.value);
    if ('problem' in judged) {
      return { failed: { code: 'unclear-condition', message: `parameters_template: ${judged.problem}` } };
    }
    return { pure: { succeeded: { output: { result: judged.verdict }, passed: judged.verdict } } };
  },
};
