import { isObject, rendered } from '@karrio/actions';
import type { ContentType, Json, JsonObject, ResponsePolicy } from '@karrio/domain';
import { renderJson, renderText } from '@karrio/templates';
import type { RunRows } from '../run/read-run.ts';

/** What the templates see, as the run's own last action would have. */
export const responseContext = ({ run, actions }: RunRows): JsonObject => ({
  parameters: run.parameters,
  steps: Object.fromEntries(
    actions.flatMap(({ slug, status, output, response }): [string, Json][] => {
      if (status !== 'success') return [];
      const said = response && { status: response.status, headers: response.headers };
      return [[slug, { response: output && 'json' in output ? output.json : null, ...said }]];
    }),
  ),
  now: run.ended_at,
});

export type MappedResponse = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

const mediaTypes: Readonly<Record<ContentType, string>> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
};

/** Shown by a browser, such an answer may be nothing more than looked at: it is not ours. */
const harmless = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
} as const;

/** The answer that a trigger's templates make of a run, or what is wrong with them. Same context, same answer. */
export const mapResponse = (
  policy: ResponsePolicy,
  context: JsonObject,
): MappedResponse | { readonly problem: string } => {
  const { statusTemplate, headerTemplate, bodyTemplate, contentType, templateEngine: engine } = policy;
  const text = (source: string, field: string, type: ContentType) =>
    rendered({ source, contentType: type, engine }, field, (template) =>
      type === 'json' ? jsonOf(renderJson(template, context)) : renderText(template, context),
    );
  const status = text(statusTemplate, 'status', 'text');
  if ('failed' in status) return { problem: status.failed.message };
  if (!/^\s*(?:2\d\d|4\d\d|5\d\d)\s*$/.test(status.value)) {
    return { problem: `status rendered ${quoted(status.value)}; it must be 200–299 or 400–599.` };
  }
  const headers = headersOf(headerTemplate, (source) =>
    rendered({ source, contentType: 'json', engine }, 'header_template', (template) =>
      renderJson(template, context),
    ),
  );
  if ('problem' in headers) return headers;
  const body = bodyTemplate === null ? { value: '' } : text(bodyTemplate, 'body_template', contentType);
  if ('failed' in body) return { problem: body.failed.message };
  return {
    status: Number(status.value),
    headers: { ...headers.value, 'content-type': mediaTypes[contentType], ...harmless },
    body: body.value,
  };
};

const jsonOf = <P>(json: { readonly value: Json; readonly text: string } | { readonly problem: P }) =>
  'problem' in json ? json : { value: json.text };

/** What these say would be believed of this host, not of the trigger. */
const ownHeader =
  /^(?:x-(?!request-id$|org-id$|test-mode$|content-type-options$|frame-options$)[\w.-]+|cache-control|content-language|etag|expires|last-modified|retry-after|vary)$/;

type Rendered = ReturnType<typeof rendered<{ readonly value: Json }>>;

const headersOf = (
  source: string | null,
  render: (source: string) => Rendered,
): { readonly value: Readonly<Record<string, string>> } | { readonly problem: string } => {
  if (source === null) return { value: {} };
  const json = render(source);
  if ('failed' in json) return { problem: json.failed.message };
  if (!isObject(json.value)) return { problem: 'header_template must render a JSON object.' };
  const headers: Record<string, string> = {};
  for (const [given, value] of Object.entries(json.value)) {
    const name = given.toLowerCase();
    if (!ownHeader.test(name)) return { problem: `header_template may not set ${quoted(given)}; ${allowed}` };
    const written = typeof value === 'string' ? value : JSON.stringify(value);
    if (/[^\t\x20-\x7e\x80-\xff]/.test(written)) {
      return {
        problem: `header_template has a line break or a character outside of Latin-1 in ${quoted(given)}.`,
      };
    }
    headers[name] = written;
  }
  return { value: headers };
};

const allowed =
  'it may set headers that begin with X-, and Cache-Control, Content-Language, ETag, Expires, Last-Modified, Retry-After and Vary.';

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
