import type { Json } from '@karrio/domain';
import { mediaTypeOf } from './media-type.ts';
import { parseJson } from './parse-json.ts';
import { problem, type Problem } from './problem.ts';

type Sent = Readonly<{
  headers: Readonly<{ 'content-type'?: string | undefined }>;
  body?: string | null | undefined;
}>;

const json = /^application\/(?:[\w.-]+\+)?json$/;
/** What `curl -d` and scripts say of JSON by default: it is taken where it is some. */
const careless: ReadonlySet<string> = new Set(['', 'text/plain', 'application/x-www-form-urlencoded']);

/** A request's body as JSON, or what is wrong with it. */
export const jsonBodyOf = ({
  headers,
  body,
}: Sent): Readonly<{ value: Json }> | Readonly<{ problem: Problem }> => {
  const type = mediaTypeOf(headers['content-type']);
  if (!json.test(type) && !careless.has(type)) return { problem: unsupported(type) };
  const parsed = parseJson(body ?? '');
  if (!('fault' in parsed)) return parsed;
  return type === '' || json.test(type) || /^\s*[{[]/.test(body ?? '')
    ? { problem: problem('malformed_body', `The request's body is not valid JSON: ${parsed.fault}.`) }
    : { problem: unsupported(type) };
};

const unsupported = (type: string): Problem =>
  problem(
    'unsupported_body',
    `This takes JSON, and the body came as ${type}; send JSON with the header Content-Type: application/json.`,
  );
