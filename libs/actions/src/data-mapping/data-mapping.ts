import type { ActionType, ActionTemplate, Templated } from '../action-type.ts';
import { renderContext } from '../render-context.ts';
import { renderFieldJson, renderFieldText } from '../render.ts';
import { isJsonSource, renderXml } from '../xml/xml-template.ts';

const templatesOf = ({
  parametersTemplate: source,
  contentType,
  templateEngine: engine,
}: Templated): readonly ActionTemplate[] => {
  if (!source) return [];
  const isBuilt = contentType === 'xml' && isJsonSource(source);
  return [
    { field: 'parameters_template', source, contentType: isBuilt ? 'json' : (contentType ?? 'json'), engine },
  ];
};

/** Turns what came before into something else: JSON is parsed, XML checked, any other type is its text. */
export const dataMapping: ActionType = {
  type: 'data_mapping',
  templatesOf,
  validate: ({ parametersTemplate }) =>
    parametersTemplate?.trim()
      ? []
      : [{ field: 'parameters_template', message: 'Write the mapping as a template.' }],
  plan: (action, seen) => {
    const [template] = templatesOf(action);
    if (!template) return { pure: { succeeded: { output: null } } };
    const context = renderContext(action, seen);
    const { contentType } = action;
    if (contentType === 'xml') return mapped(renderXml(template, context));
    const render = template.contentType === 'json' ? renderFieldJson : renderFieldText;
    return mapped(render(template, context));
  },
};

const mapped = (rendering: ReturnType<typeof renderFieldJson | typeof renderXml>) =>
  'failed' in rendering ? rendering : { pure: { succeeded: { output: rendering.value } } };
