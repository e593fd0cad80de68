import type { Failure, Json, JsonObject } from '@karrio/domain';
import { isObject } from './json-object.ts';

export type Headers = Readonly<Record<string, string>>;

const defaults: Headers = {
  accept: 'application/json, */*;q=0.8',
  'accept-encoding': 'gzip, br, zstd, deflate',
  'user-agent': 'karrio-workflow-engine',
};

/** These say how the message travels, which is the client's to decide. */
const reserved: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The template's headers over its connection's, those over the engine's own, with names in lower case. */
export const composeHeaders = (
  given: Json,
  contentType: string | undefined,
  ofConnection: Headers = {},
): { readonly headers: Headers } | { readonly failed: Failure } => {
  const headers: Record<string, string> = { ...defaults };
  if (contentType !== undefined) headers['content-type'] = contentType;
  const granted = merge(headers, ofConnection, 'The auth_template of the connection');
  if (granted || given === null) return granted ?? { headers };
  if (!isObject(given)) {
    return invalid('header_template', 'must render a JSON object, such as {"X-Api-Version": "2"}.');
  }
  return merge(headers, given, 'header_template') ?? { headers };
};

/** Adds to the headers; undefined when all is well. */
const merge = (headers: Record<string, string>, given: JsonObject, source: string) => {
  for (const [name, value] of Object.entries(given)) {
    const complaint = complaintAbout(name, value);
    if (complaint) return invalid(source, complaint);
    if (value !== null) headers[name.toLowerCase()] = textOf(value);
  }
  return undefined;
};

const complaintAbout = (name: string, value: Json): string | undefined => {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
    return `has the header name ${JSON.stringify(name)}, which HTTP does not allow.`;
  if (reserved.has(name.toLowerCase())) return `must not set ${name}; the engine sets it.`;
  if (typeof value === 'object' && value !== null)
    return `has a list or an object for ${name}; a header is a text.`;
  // Never quotes the value: it may be a credential.
  if (/[^\t\x20-\x7e\x80-\xff]/.test(textOf(value))) {
    return `has a line break or a character outside of Latin-1 in the value of ${name}.`;
  }
  return undefined;
};

/** Of a value that is a scalar. */
const textOf = (value: Json) => (typeof value === 'string' ? value.trim() : JSON.stringify(value));

const invalid = (source: string, complaint: string) => ({
  failed: { code: 'invalid-request', message: `${source} ${complaint}` },
});
