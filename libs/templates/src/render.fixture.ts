import type { ContentType, Json, JsonObject } from '@karrio/domain';
import {
  compileTemplate,
  renderJson,
  renderText,
  type Rendered,
  type RenderProblem,
  type Template,
} from './index.ts';

/** What a JSON template renders, parsed. @throws Error when it renders nothing that is JSON. */
export const json = (source: string, context: JsonObject = {}): Json =>
  valueOf(renderJson(templateOf(source, 'json'), context));

/** @throws Error when the template cannot be rendered. */
export const text = (source: string, context: JsonObject = {}, contentType: ContentType = 'text'): string =>
  valueOf(renderText(templateOf(source, contentType), context));

/** What is wrong with a template that compiles. */
export const problemOf = (source: string, context: JsonObject = {}): RenderProblem | undefined => {
  const rendered = renderJson(templateOf(source, 'json'), context);
  return 'problem' in rendered ? rendered.problem : undefined;
};

const templateOf = (source: string, contentType: ContentType): Template => {
  const compiled = compileTemplate(source, contentType);
  if ('problem' in compiled) throw new Error(JSON.stringify(compiled.problem));
  return compiled.template;
};

const valueOf = <T>(rendered: Rendered<T>): T => {
  if ('problem' in rendered) throw new Error(JSON.stringify(rendered.problem));
  return rendered.value;
};
