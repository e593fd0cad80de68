import type { ContentType, Json, JsonObject, TemplateEngine } from '@karrio/domain';
import {
  compileTemplate,
  renderJson,
  renderText,
  type Rendered,
  type RenderProblem,
  type Template,
} from './index.ts';

/** What a JSON template renders, parsed. @throws Error when it renders nothing that is JSON. */
export const json = (source: string, context: JsonObject = {}, engine: TemplateEngine = 'handlebars'): Json =>
  valueOf(renderJson(templateOf(source, 'json', engine), context));

/** @throws Error when the template cannot be rendered. */
export const text = (
  source: string,
  context: JsonObject = {},
  contentType: ContentType = 'text',
  engine: TemplateEngine = 'handlebars',
): string => valueOf(renderText(templateOf(source, contentType, engine), context));

/** What is wrong with a template that compiles. */
export const problemOf = (
  source: string,
  context: JsonObject = {},
  engine: TemplateEngine = 'handlebars',
): RenderProblem | undefined => {
  const rendered = renderJson(templateOf(source, 'json', engine), context);
  return 'problem' in rendered ? rendered.problem : undefined;
};

const templateOf = (source: string, contentType: ContentType, engine: TemplateEngine): Template => {
  const compiled = compileTemplate(source, { engine, contentType });
  if ('problem' in compiled) throw new Error(JSON.stringify(compiled.problem));
  return compiled.template;
};

const valueOf = <T>(rendered: Rendered<T>): T => {
  if ('problem' in rendered) throw new Error(JSON.stringify(rendered.problem));
  return rendered.value;
};
