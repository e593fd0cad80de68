import type { Failure } from '@karrio/domain';
import type { ActionTemplate } from '../action-type.ts';
import { renderFieldJson, renderFieldText, type RenderContext } from '../render.ts';
import { buildXml } from './build-xml.ts';
import { xmlProblem } from './xml-problem.ts';

/** `{"order": …}` and not `{{…}}`, `{% … %}` or `{# … #}`. */
export const isJsonSource = (source: string): boolean => /^\s*\{(?![{%#])/.test(source);

/** A document: as the template writes it, or made of the object that it writes. */
export const renderXml = (
  template: ActionTemplate,
  context: RenderContext,
): { readonly value: string } | { readonly failed: Failure } => {
  if (template.contentType === 'json') return built(template, context);
  const text = renderFieldText(template, context);
  if ('failed' in text) return text;
  const value = text.value.trim();
  const problem = xmlProblem(value);
  if (!problem) return { value };
  const { message, line, column, excerpt } = problem;
  return {
    failed: {
      code: 'invalid-xml',
      message:
        `${template.field}, line ${line}, column ${column} of what it rendered: ${message} ` +
        `Near: ${excerpt}`,
      details: { field: template.field, line, column, excerpt },
    },
  };
};

const built = (template: ActionTemplate, context: RenderContext) => {
  const json = renderFieldJson(template, context);
  if ('failed' in json) return json;
  const xml = buildXml(json.value);
  if ('xml' in xml) return { value: xml.xml };
  return { failed: { code: 'invalid-xml', message: `${template.field} ${xml.problem}` } };
};
