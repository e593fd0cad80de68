import type { Json } from '@karrio/domain';
import { jsonFlawIn } from '../http/json-flaw.ts';
import { mediaTypeOf } from '../http/media-type.ts';
import { parseJson } from '../http/parse-json.ts';
import { problem, type Problem } from '../http/problem.ts';

export type Parameters = Readonly<{ parameters: Json }> | Readonly<{ problem: Problem }>;

/** A request's body as the run's `parameters`. */
export const parametersOf = (contentType: string | undefined, body: string): Parameters => {
  if (body.trim() === '') return { parameters: {} };
  const parsed = parse(mediaTypeOf(contentType), body);
  if ('fault' in parsed) return malformed(`is not valid JSON: ${parsed.fault}`);
  const flaw = jsonFlawIn(parsed.value);
  return flaw
    ? malformed(`${flaw.message}${flaw.path.length > 0 ? `, as in ${flaw.path.join('.')}` : ''}`)
    : { parameters: parsed.value };
};

const parse = (type: string, body: string): ReturnType<typeof parseJson> => {
  if (type === 'application/x-www-form-urlencoded') return { value: formOf(body) };
  return type.startsWith('text/') && !type.endsWith('json') ? { value: body } : parseJson(body);
};

const malformed = (fault: string): Parameters => ({
  problem: problem('malformed_body', `The request's body ${fault}.`),
});

/** A name that occurs more than once becomes a list. */
const formOf = (body: string): Json => {
  const form = new URLSearchParams(body);
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const [first = '', ...others] = form.getAll(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
};
