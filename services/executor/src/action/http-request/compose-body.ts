import type { ContentType, Failure, Json, PlannedAction } from '@karrio/domain';
import { maskBody } from '../../egress/mask.ts';
import type { TemplateContext } from '../action-type.ts';
import { renderFieldJson, renderFieldText } from '../render.ts';
import { pairsOf } from './compose-url.ts';
import { isObject } from './json-object.ts';

/** Where the rendered parameters go, as they leave and as they may be recorded. */
export type Parameters = Readonly<{
  query: readonly (readonly [string, string])[];
  body: string | null;
  mimeType: string | undefined;
  recorded: Json | null;
}>;

type Result = Parameters | { readonly failed: Failure };

const nothing: Parameters = { query: [], body: null, mimeType: undefined, recorded: null };

export const composeParameters = (action: PlannedAction, context: TemplateContext): Result => {
  if (!action.parametersTemplate?.trim()) return nothing;
  if (goesInQuery(action)) return queryOf(action, context);
  return bodyOf[action.contentType ?? 'json'](action, context);
};

/** Where the action does not say: a GET or DELETE has its parameters in the query. */
const goesInQuery = ({ parametersType, method }: PlannedAction) =>
  parametersType === null
    ? method === null || method === 'get' || method === 'delete'
    : parametersType === 'querystring';

const queryOf = (action: PlannedAction, context: TemplateContext): Result => {
  const parameters = renderFieldJson(action, 'parameters_template', context);
  if ('failed' in parameters) return parameters;
  const { value = null } = parameters;
  if (value === null) return nothing;
  if (!isObject(value))
    return invalid('must render a JSON object for a query string, such as {"limit": 50}.');
  return { ...nothing, query: pairsOf(value) };
};

type BodyOf = (action: PlannedAction, context: TemplateContext) => Result;

const textBody =
  (mimeType: string): BodyOf =>
  (action, context) => {
    const text = renderFieldText(action, 'parameters_template', context);
    if ('failed' in text) return text;
    return { query: [], body: text.value, mimeType, recorded: text.value };
  };

const jsonBody: BodyOf = (action, context) => {
  const json = renderFieldJson(action, 'parameters_template', context);
  if ('failed' in json) return json;
  // The text itself leaves: a parsed 64-bit id would have lost digits.
  const { value = null, text } = json;
  return { query: [], body: text, mimeType: 'application/json', recorded: maskBody(value) };
};

const formBody: BodyOf = (action, context) => {
  const text = renderFieldText(action, 'parameters_template', context);
  if ('failed' in text) return text;
  if (!text.value.trimStart().startsWith('{')) return form(new URLSearchParams(text.value.trim()));
  const json = renderFieldJson(action, 'parameters_template', context);
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
  text: textBody('text/plain; charset=utf-8'),
  xml: textBody('application/xml; charset=utf-8'),
};

const invalid = (complaint: string) => ({
  failed: { code: 'invalid-request', message: `parameters_template ${complaint}` },
});
