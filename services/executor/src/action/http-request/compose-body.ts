import type { ContentType, Failure, Json, PlannedAction } from '@karrio/domain';
import { maskBody } from '../../egress/mask.ts';
import type { TemplateContext } from '../action-type.ts';
import { renderField } from '../render.ts';
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

const mimeTypes: Readonly<Record<ContentType, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
};

const nothing: Parameters = { query: [], body: null, mimeType: undefined, recorded: null };

export const composeParameters = (action: PlannedAction, context: TemplateContext): Result => {
  if (!action.parametersTemplate?.trim()) return nothing;
  return goesInQuery(action) ? queryOf(action, context) : bodyOf(action, context);
};

/** Where the action does not say: a GET or DELETE has its parameters in the query. */
const goesInQuery = ({ parametersType, method }: PlannedAction) =>
  parametersType === null
    ? method === null || method === 'get' || method === 'delete'
    : parametersType === 'querystring';

const queryOf = (action: PlannedAction, context: TemplateContext): Result => {
  const parameters = renderField(action, 'parameters_template', context, 'json');
  if ('failed' in parameters) return parameters;
  const { value = null } = parameters;
  if (value === null) return nothing;
  if (!isObject(value))
    return invalid('must render a JSON object for a query string, such as {"limit": 50}.');
  return { ...nothing, query: pairsOf(value) };
};

const bodyOf = (action: PlannedAction, context: TemplateContext): Result => {
  const contentType = action.contentType ?? 'json';
  const text = renderField(action, 'parameters_template', context, 'text');
  if ('failed' in text) return text;
  const body = String(text.value ?? '');
  const mimeType = mimeTypes[contentType];
  if (contentType === 'text' || contentType === 'xml') return { query: [], body, mimeType, recorded: body };
  if (contentType === 'form' && !body.trimStart().startsWith('{')) {
    return {
      query: [],
      body: body.trim(),
      mimeType,
      recorded: recordedForm(new URLSearchParams(body.trim())),
    };
  }
  const parsed = renderField(action, 'parameters_template', context, 'json');
  if ('failed' in parsed) return parsed;
  const { value = null } = parsed;
  // The text itself leaves: a parsed 64-bit id would have lost digits.
  if (contentType === 'json') return { query: [], body, mimeType, recorded: maskBody(value) };
  if (!isObject(value)) return invalid('must render pairs (a=1&b=2) or a JSON object for a form.');
  const form = new URLSearchParams(
    pairsOf(value).map(([name, element]): [string, string] => [name, element]),
  );
  return { query: [], body: form.toString(), mimeType, recorded: recordedForm(form) };
};

const recordedForm = (form: URLSearchParams): Json => {
  const members: Record<string, Json> = {};
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    members[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return maskBody(members);
};

const invalid = (complaint: string) => ({
  failed: { code: 'invalid-request', message: `parameters_template ${complaint}` },
});
