import type { ActionTemplate } from '../action-type.ts';
import type { RenderContext } from '../render-context.ts';
import { renderFieldJson, renderFieldText, type Failed } from '../render.ts';
import { buildXml } from './build-xml.ts';
import { scanXml, type XmlHandler } from './scan-xml.ts';

/** `{"order": …}` and not `{{…}}`, `{% … %}` or `{# … #}`. */
export const isJsonSource = (source: string): boolean => /^\s*\{(?![{%#])/.test(source);

/** A document: as the template writes it, or made of the object that it writes. */
export const renderXml = (
  template: ActionTemplate,
  context: RenderContext,
): { readonly value: string } | Failed => {
  if (template.contentType === 'json') return built(template, context);
  const text = renderFieldText(template, context);
  if ('failed' in text) return text;
  return checked(template.field, text.value.trim());
};

const built = (template: ActionTemplate, context: RenderContext) => {
  const json = renderFieldJson(template, context);
  if ('failed' in json) return json;
  const xml = buildXml(json.value);
  if ('xml' in xml) return { value: xml.xml };
  return { failed: { code: 'invalid-xml', message: `${template.field} ${xml.problem}` } };
};

const nothing: XmlHandler = { open: () => undefined, text: () => undefined, close: () => undefined };

const excerptCharsMax = 80;

const checked = (field: string, value: string) => {
  const problem = scanXml(value, nothing);
  if (!problem) return { value };
  const { message, line, column } = problem;
  const found = value.split('\n', line)[line - 1] ?? '';
  const from = Math.max(0, Math.min(column - 1 - excerptCharsMax / 2, found.length - excerptCharsMax));
  const excerpt = found.slice(from, from + excerptCharsMax).trim();
  return {
    failed: {
      code: 'invalid-xml',
      message: `${field}, line ${line}, column ${column} of what it rendered: ${message} Near: ${excerpt}`,
      details: { field, line, column, excerpt },
    },
  };
};
