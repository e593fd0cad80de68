import type { Json, JsonObject } from '@karrio/domain';
import { jsonError } from './json-error.ts';
import { parseJson } from './parse-json.ts';
import {
  concealed,
  excerptAt,
  placeOf,
  problemAt,
  revealed,
  TemplateFailure,
  type TemplateProblem,
} from './problem.ts';
import { mayHoldSecrets } from './reads.ts';
import { type Rendering, stepsMax } from './rendering.ts';
import type { Template } from './template.ts';

/**
 * For `template-failed` the place is one in the source, for `invalid-json` in what was rendered. Neither shows what
 * a template rendered that may hold a secret.
 */
export type RenderProblem = TemplateProblem & Readonly<{ code: 'template-failed' | 'invalid-json' }>;

export type Rendered<T> = { readonly value: T } | { readonly problem: RenderProblem };
export type RenderedJson =
  { readonly value: Json; readonly text: string } | { readonly problem: RenderProblem };

/** Same template and context, same text. Ends within some 50 ms whatever the template. */
export const renderText = (template: Template, context: JsonObject): Rendered<string> => {
  const out = template.document.output();
  const rendering: Rendering = { out, root: context, at: { line: 1, column: 1 }, stepsLeft: stepsMax };
  try {
    template.program(rendering);
    return { value: out.text() };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    const message = mayHoldSecrets(template) ? concealed(failure) : revealed(failure);
    const place = template.placeInSource(rendering.at);
    return { problem: { code: 'template-failed', ...problemAt(template.source, message, place) } };
  }
};

const failureOf = (error: unknown): string | undefined => {
  if (error instanceof TemplateFailure) return error.message;
  // JSON.stringify at data nested thousands deep.
  return error instanceof RangeError ? 'The data is nested too deep to be rendered.' : undefined;
};

/** As `renderText`, parsed; `text` is what was parsed. */
export const renderJson = (template: Template, context: JsonObject): RenderedJson => {
  const rendered = renderText(template, context);
  if ('problem' in rendered) return rendered;
  try {
    return { value: parseJson(rendered.value), text: rendered.value };
  } catch (error) {
    return { problem: invalidJson(template, rendered.value, error) };
  }
};

/** Scanning a longer text for the place of its error would hold up the process. */
const scannedCharsMax = 256 * 1024;

const invalidJson = (template: Template, text: string, error: unknown): RenderProblem => {
  const found = text.length > scannedCharsMax ? undefined : jsonError(text);
  const { offset, message } = found ?? {
    offset: 0,
    message: error instanceof Error ? error.message : 'unreadable',
  };
  const place = placeOf(text, offset);
  const code = 'invalid-json';
  if (mayHoldSecrets(template)) return { code, message: notShown, ...place, excerpt: '' };
  const said = text.trim() === '' ? 'it is empty' : message;
  return {
    code,
    message: `The template rendered a text that is not JSON: ${said}.`,
    ...place,
    excerpt: excerptAt(text, place),
  };
};

const notShown =
  'The template rendered a text that is not JSON. It is not shown, since the template reads fields of a ' +
  'connection or metafields, which may be secret.';
