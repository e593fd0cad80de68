import type { TemplateEngine } from '@karrio/domain';

/** What people call them. */
export const engineNames: Readonly<Record<TemplateEngine, string>> = {
  handlebars: 'Handlebars',
  jinja: 'Jinja',
};

/** `{{#each`, `{{/each}}`, `{{else}}`, `{{^x}}`, `{{!…}}`, `{{@index}}`, `{{../x}}`, `{{{x}}}`, `{{helper value}}`. */
const handlebarsSign = /\{\{~?\s*(?:[#/^!&>@]|\.\.\/|else\s*~?\}\}|\{[\w.@]+\}\}\})/;
const handlebarsCall = /\{\{~?\s*(?!not\b)[A-Za-z_][\w.]*\s+(?!(?:if|and|or|in|is|not|else)\b)[\w"'(]/;

/** `{% … %}`, `{# … #}`, and in `{{ … }}` filters, operators and calls with parentheses. */
const jinjaTag = /\{%[-+]?\s*[a-z]|\{#/;
const expression = /\{\{-?([^{}]*)\}\}/g;
const quoted = /"[^"]*"|'[^']*'/g;
const jinjaSign = /\||[<>=!]=|[<>~+*]|\s(?:if|and|or|in|is)\s|^\s*not\s|\s[-/%]\s|[\w\])]\(|[\w\])]\[/;

const hasJinjaExpression = (source: string): boolean => {
  for (const [, inner = ''] of source.matchAll(expression)) {
    if (jinjaSign.test(inner.replaceAll(quoted, ' 0 '))) return true;
  }
  return false;
};

/**
 * The language that a source looks like; undefined where it could be either, as `{{parameters.limit}}`, or is a
 * mixture. For messages only: what a template is written in is said by its `template_engine`.
 */
export const suggestEngine = (source: string): TemplateEngine | undefined => {
  // A `{{#` is a block of Handlebars before it is a comment of Jinja.
  const withoutBlocks = source.replaceAll('{{#', '{{');
  const isJinja = jinjaTag.test(withoutBlocks) || hasJinjaExpression(source);
  const isHandlebars = handlebarsSign.test(source) || handlebarsCall.test(source);
  if (isJinja === isHandlebars) return undefined;
  return isJinja ? 'jinja' : 'handlebars';
};
