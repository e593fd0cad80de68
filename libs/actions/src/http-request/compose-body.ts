import type { ContentType, Failure, Json, PlannedAction } from '@karrio/domain';
import type { ActionTemplate } from '../action-type.ts';
import { maskBody } from '../recording/mask.ts';
import type { RenderContext } from '../render-context.ts';
import { renderFieldJson, renderFieldText } from '../render.ts';
import { renderXml } from '../xml/xml-template.ts';
import { pairsOf } from './compose-url.ts';
import { isObject } from './json-object.ts';
import { goesInQuery } from './templates.ts';

/** Where the rendered parameters go, as they leave and as they may be recorded. */
export type Parameters = Readonly<{
  query: readonly (readonly [string, string])[];
  body: string | null;
  mimeType: string | undefined;
  recorded: Json | null;
}>;

type Result = Parameters | { readonly failed: Failure };

const nothing: Parameters = { query: [], body: null, mimeType: undefined, recorded: null };

export const composeParameters = (
  action: PlannedAction,
  template: ActionTemplate | undefined,
  context: RenderContext,
): Result => {
  if (!template) return nothing;
  return goesInQuery(action)
    ? queryOf(template, context)
    : bodyOf[action.contentType ?? 'json'](template, context);
};

const queryOf = (template: ActionTemplate, context: RenderContext): Result => {
  const parameters = renderFieldJson(template, context);
  if ('failed' in parameters) return parameters;
  const { value } = parameters;
  if (value === null) return nothing;
  if (!isObject(value))
    return invalid('must render a JSON object for a query string, such as {"limit": 50}.');
  return { ...nothing, query: pairsOf(value) };
};

type BodyOf = (template: ActionTemplate, context: RenderContext) => Result;

const textBody: BodyOf = (template, context) => {
  const text = renderFieldText(template, context);
  if ('failed' in text) return text;
  return { query: [], body: text.value, mimeType: 'text/plain; charset=utf-8', recorded: text.value };
};

const xmlBody: BodyOf = (template, context) => {
  const xml = renderXml(template, context);
  if ('failed' in xml) return xml;
  return { query: [], body: xml.value, mimeType: 'application/xml; charset=utf-8', recorded: xml.value };
};

const jsonBody: BodyOf = (template, context) => {
  const json = renderFieldJson(template, context);
  if ('failed' in json) return json;
  // The text itself leaves: a parsed 64-bit id would have lost digits.
  const { value, text } = json;
  return { query: [], body: text, mimeType: 'application/json', recorded: maskBody(value) };
};

const formBody: BodyOf = (template, context) => {
  const text = renderFieldText(template, context);
  if ('failed' in text) return text;
  if (!text.value.trimStart().startsWith('{')) return form(new URLSearchParams(text.value.trim()));
  const json = renderFieldJson(template, context);
  if ('failed' in json) return json;
  if (!isObject(json.value)) return invalid('must render pairs (a=1&b=2) or a JSON object for a form.');
  return form(
    new URLSearchParams(pairsOf(json.value).map(([name, value]): [string, string] => [name, value])),
  );
};

const form = (pairs: URLSearchParams): Parameters => {
  const recorded: Record<string, Json> = {};
  for (const name of new Set(pairs.keys())) {
    const values = pairs.getAll(name);
    recorded[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  const mimeType = 'application/x-www-form-urlencoded';
  return { query: [], body: pairs.toString(), mimeType, recorded: maskBody(recorded) };
};

const bodyOf: Readonly<Record<ContentType, BodyOf>> = {
  json: jsonBody,
  form: formBody,
  text: textBody,
  xml: xmlBody,
};

const invalid = (complaint: string) => ({
  failed: { code: 'invalid-request', message: `parameters_template ${complaint}` },
});
