import type { Json } from '@karrio/domain';

/** What an expression evaluates to; undefined is what the data does not have. */
export type Value = Json | undefined;

export const isList = (value: Value): value is readonly Json[] => Array.isArray(value);

export const isObject = (value: Value): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member that the data itself has: prototypes hold code, not data. */
export const member = (value: Value, key: string): Value => {
  if (typeof value === 'string') return key === 'length' ? value.length : undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  // oxlint-disable-next-line typescript/consistent-type-assertions -- Object.hasOwn has vouched for the key, in lists too
  return (value as { readonly [key: string]: Json })[key];
};

/** The member at a path such as `customer.address.city`. */
export const memberAt = (value: Value, path: readonly string[]): Value => {
  let found = value;
  for (const key of path) {
    if (found === undefined) return undefined;
    found = member(found, key);
  }
  return found;
};

/** As Handlebars' `if` has it: nothing, false, zero, the empty text and the empty list are false. */
export const isTruthy = (value: Value): boolean => (isList(value) ? value.length > 0 : Boolean(value));

/** What is missing has no text; a list or an object has its JSON. */
export const asText = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
