import type { Json } from '@karrio/domain';

/** Deeper values could exhaust the stack of whoever writes them as JSON again. */
const jsonDepthMax = 200;

export type JsonFlaw = Readonly<{ path: readonly (string | number)[]; message: string }>;

/** Why a JSON value, well-formed as it is, cannot be stored; undefined where it can. */
export const jsonFlawIn = (value: unknown): JsonFlaw | undefined => flawAt(value, []);

const flawAt = (value: unknown, path: readonly (string | number)[]): JsonFlaw | undefined => {
  if (typeof value === 'string') return flawOf(value, path);
  if (typeof value === 'number') return numberFlaw(value, path);
  if (value === null || typeof value !== 'object') return undefined;
  if (path.length >= jsonDepthMax) {
    return { path: path.slice(0, 1), message: `must not nest deeper than ${jsonDepthMax} levels` };
  }
  for (const [key, member] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    const flaw = flawOf(key, here) ?? flawAt(member, here);
    if (flaw) return flaw;
  }
  return undefined;
};

/** `1e400` is read as infinity, and written as null: nobody's total may become nothing on its way. */
const numberFlaw = (value: number, path: JsonFlaw['path']): JsonFlaw | undefined =>
  Number.isFinite(value)
    ? undefined
    : { path, message: 'must not have a number beyond 1.8e308; send it as a text' };

/** Postgres takes neither in `text` and `jsonb`. */
const flawOf = (text: string, path: JsonFlaw['path']): JsonFlaw | undefined =>
  text.includes('\0') || !text.isWellFormed()
    ? { path, message: 'must not contain the character NUL or half of a surrogate pair' }
    : undefined;

/** What GraphQL's JSON scalar took in came out of JSON.parse, or of the query's own literals. */
export const isJson = (value: unknown): value is Json => value !== undefined;
