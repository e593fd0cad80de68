import type { Failure, Json } from '@karrio/domain';
import type { Access } from '../action-type.ts';
import { patternsOf, secretCharsMin } from './secret-forms.ts';

/** Takes secrets out of what is recorded, however they are written there. */
export type Redactor = Readonly<{
  text: (text: string) => string;
  headers: (headers: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Texts, numbers and names of members, at any depth. */
  json: (value: Json) => Json;
  failure: (failure: Failure) => Failure;
}>;

const mask = '***';

const nothingToHide: Redactor = {
  text: (text) => text,
  headers: (headers) => headers,
  json: (value) => value,
  failure: (failure) => failure,
};

/**
 * For the secrets that are in play. One of less than four characters cannot be told from other text; it is
 * masked by the names of headers, parameters and members alone.
 */
export const createRedactor = (secrets: readonly string[]): Redactor => {
  const patterns = patternsOf(secrets);
  if (patterns.length === 0) return nothingToHide;
  const pattern = new RegExp(patterns.join('|'), 'gu');
  const text = (given: string) => given.replace(pattern, mask);
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return text(String(value)) === mask ? mask : value;
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [text(name), json(member)]));
  };
  const headers: Redactor['headers'] = (given) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [text(name), text(value)]));
  const holdsPart = partFinder(secrets);
  const failure = ({ code, message, details }: Failure): Failure => {
    const said = text(message);
    const shown = details === undefined ? undefined : json(details);
    if (!holdsPart(said) && !holdsPart(JSON.stringify(shown ?? null))) {
      return { code, message: said, ...(shown !== undefined && { details: shown }) };
    }
    return { code, message: `${placeOf(said)}The reason is not shown, since part of a secret is in it.` };
  };
  return { text, headers, json, failure };
};

/** `header_template, line 1, column 7 of what it rendered: `. */
const placeOf = (message: string) => /^\w+, line \d+, column \d+[^:]{0,40}: /.exec(message)?.[0] ?? '';

const partChars = 6;

/** An excerpt may begin or end in the middle of a secret. */
const partFinder = (secrets: readonly string[]) => {
  const parts = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < secretCharsMin) continue;
    const size = Math.min(partChars, secret.length);
    for (let at = 0; at + size <= secret.length; at++) parts.add(secret.slice(at, at + size));
  }
  return (text: string) => [...parts].some((part) => text.includes(part));
};

const redactors = new WeakMap<Access, Redactor>();

/** What a request with this access must hide; made once for an access. */
export const redactorOf = (access: Access | undefined): Redactor => {
  if (!access) return nothingToHide;
  const known = redactors.get(access);
  if (known) return known;
  const redactor = createRedactor(access.secrets);
  redactors.set(access, redactor);
  return redactor;
};
