import { decodeText, parseXml } from '@karrio/actions';
import type { Json } from '@karrio/domain';
import type { FastifyRequest } from 'fastify';
import { jsonFlawIn } from '../http/json-flaw.ts';
import { charsetOf, mediaTypeOf } from '../http/media-type.ts';
import { parseJson } from '../http/parse-json.ts';
import { problem, type Problem } from '../http/problem.ts';
import { signatureHeaderOf } from './signature/scheme.ts';
import { secretHeaderOf, type Webhook } from './webhook.ts';

export type Parameters = Readonly<{ parameters: Json }> | Readonly<{ problem: Problem }>;

/** A request's body as a run's `parameters`, by its Content-Type; an empty one is an empty object. */
export const parametersOf = (contentType: string | undefined, body: Buffer): Parameters => {
  const type = mediaTypeOf(contentType);
  if (type.startsWith('multipart/')) return unsupported(`is ${type}`);
  const text = decodeText(body, type, charsetOf(contentType));
  if (text === undefined) return unsupported('holds bytes that are no text');
  if (text.trim() === '') return { parameters: {} };
  const parsed = (parserOf(type) ?? guessed)(text);
  if ('refused' in parsed) return unsupported(parsed.refused);
  if ('fault' in parsed) return malformed(parsed.fault);
  const flaw = jsonFlawIn(parsed.value);
  return flaw
    ? malformed(`${flaw.message}${flaw.path.length > 0 ? `, as in ${flaw.path.join('.')}` : ''}`)
    : { parameters: parsed.value };
};

/** Not for the run: what proves the sender, and what only the way to here is about. */
const withheld =
  /^(?:authorization|proxy-.*|cookie|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding)$/;

/** With what else a request says; of a header that came twice, or a query parameter, a list. */
export const withRequest = (
  webhook: Webhook,
  {
    method,
    headers,
    query,
  }: Pick<FastifyRequest<{ Querystring: Readonly<Record<string, unknown>> }>, 'method' | 'headers' | 'query'>,
  body: Json,
): Json => {
  const { signature } = webhook.policy;
  const proof = (signature ? signatureHeaderOf(signature) : secretHeaderOf(webhook)).toLowerCase();
  return {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]): [string, Json][] =>
        value === undefined || name === proof || withheld.test(name) ? [] : [[name, storable(value)]],
      ),
    ),
    query: Object.fromEntries(
      Object.entries(query).flatMap(([name, value]): [string, Json][] =>
        isTexts(value) ? [[clean(name), storable(value)]] : [],
      ),
    ),
    body,
  };
};

type Texts = string | readonly string[];

const isTexts = (value: unknown): value is Texts =>
  typeof value === 'string' || (Array.isArray(value) && value.every((each) => typeof each === 'string'));

/** What no store of ours takes is replaced: nobody's order is lost over a header. */
const storable = (value: Texts): Json => (typeof value === 'string' ? clean(value) : value.map(clean));

const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

type Parsed = { readonly value: Json } | { readonly fault: string } | { readonly refused: string };
type Parser = (text: string) => Parsed;

const parserOf = (type: string): Parser | undefined => {
  if (type === '' || jsonType.test(type)) return json;
  if (xmlType.test(type)) return xml;
  if (type === 'application/x-www-form-urlencoded') return (text) => ({ value: formOf(text) });
  return type.startsWith('text/') ? (text) => ({ value: text }) : undefined;
};

const jsonType = /^(?:application|text)\/(?:[\w.+-]+\+)?json$/;
const xmlType = /^(?:application|text)\/(?:(?!xhtml)[\w.+-]+\+)?xml$/;

const json: Parser = (text) => {
  const parsed = parseJson(text);
  return 'fault' in parsed ? { fault: `is not valid JSON: ${parsed.fault}` } : parsed;
};

const xml: Parser = (text) => {
  const parsed = parseXml(text);
  return 'problem' in parsed ? { fault: `is not valid XML: ${parsed.problem.replace(/\.$/, '')}` } : parsed;
};

/** Senders give JSON all kinds of types; what is none, and of no type that is known, is not guessed further. */
const guessed: Parser = (text) => {
  const parsed = parseJson(text);
  return 'fault' in parsed ? { refused: 'is of a type that is not known, and no JSON' } : parsed;
};

const malformed = (fault: string): Parameters => ({
  problem: problem('malformed_body', `The request's body ${fault}.`),
});

const unsupported = (why: string): Parameters => ({
  problem: problem(
    'unsupported_body',
    `The request's body ${why}, which is not taken; send JSON, a form (application/x-www-form-urlencoded), XML or text.`,
  ),
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
