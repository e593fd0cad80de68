import type { Json, JsonObject } from '../json.ts';

/** `order.lines[0].id`, as JSONPath says it with `$.` before; an attribute of an XML document is `@name`. */
const shape = /^(?:\$\.?)?(?:[@#]?[\p{L}\p{N}_:-]+|\[\d{1,6}\])(?:\.[@#]?[\p{L}\p{N}_:-]+|\[\d{1,6}\])*$/u;
const part = /[@#]?[\p{L}\p{N}_:-]+/gu;

const charsMax = 200;

/** What is wrong with a path; undefined where it is one. */
export const valuePathProblem = (path: string): string | undefined =>
  path.length <= charsMax && shape.test(path)
    ? undefined
    : `Write names with dots and positions in brackets, such as order.id or lines[0].sku, in ${charsMax} characters at most.`;

/** What stands at a path; undefined where nothing does. */
export const valueAt = (value: Json, path: string): Json | undefined => {
  let found: Json | undefined = value;
  for (const name of path.match(part) ?? []) found = memberOf(found, name);
  return found;
};

const memberOf = (value: Json | undefined, name: string): Json | undefined => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return isList(value) ? value[Number(name)] : value[name];
};

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);
