import type { Json, JsonObject } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { sha256 } from './digest.ts';

export type Change = Readonly<{ before: JsonObject | null; after: JsonObject | null }>;

/** An entry is read by people: of a longer value it says how long it was, and which. */
const valueCharsMax = 8_192;

/**
 * The fields that an event changed, under the API's names. What it was before is in the events of the same stream
 * before it, `earlier`; whatever the kind of the entity, an event that defines it has all of it.
 */
export const changeOf = (event: Recorded, earlier: readonly Recorded[]): Change => {
  const former = earlier.findLast((each) => definitionIn(each) !== undefined);
  const was = former ? shownFields(definitionIn(former) ?? {}) : null;
  if (event.type.endsWith('Deleted')) return { before: was, after: null };
  if (event.type.endsWith('Activated')) return switchedTo(true);
  if (event.type.endsWith('Deactivated')) return switchedTo(false);
  const definition = definitionIn(event);
  if (definition === undefined) return { before: null, after: shownFields(besideDefinition(event)) };
  const is = shownFields(definition);
  return was
    ? differing(was, is)
    : { before: null, after: { ...shownFields(besideDefinition(event)), ...is } };
};

const switchedTo = (isActive: boolean): Change => ({
  before: { is_active: !isActive },
  after: { is_active: isActive },
});

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const dataOf = ({ data }: Recorded): JsonObject => (isObject(data) ? data : {});

const definitionIn = (event: Recorded): JsonObject | undefined => {
  const { definition, metafield } = dataOf(event);
  return [definition, metafield].find(isObject);
};

/** What a run was given and what it got is in the run itself, and may be about people. */
const leftOut: ReadonlySet<string> = new Set([
  'definition',
  'metafield',
  'at',
  'parameters',
  'output',
  'request',
  'response',
]);

const besideDefinition = (event: Recorded): JsonObject =>
  Object.fromEntries(Object.entries(dataOf(event)).filter(([name]) => !leftOut.has(name)));

const differing = (was: JsonObject, is: JsonObject): Change => {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  );
  const of = (fields: JsonObject) => Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
  return { before: of(was), after: of(is) };
};

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const shownFields = (fields: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [snakeCase(name), short(shown(name, value))]),
  );

/** Sealed texts, wrapped keys and hashes of passwords, wherever they are. */
const secret = /^(sealed.*|wrapped.*|hash|passwordHash|tokenHash)$/;

/** Of a secret, a mark that is another one when the secret is. */
const shown = (name: string, value: Json): Json => {
  if (secret.test(name) && typeof value === 'string') return `secret ${sha256(value).slice(0, 12)}`;
  if (isList(value)) return value.map((each) => shown('', each));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(key, member)]));
};

const short = (value: Json): Json => {
  const text = JSON.stringify(value);
  return text.length > valueCharsMax ? { characters: text.length, sha256: sha256(text) } : value;
};
