import { stdSerializers } from 'pino';

const secretKey =
  /(authorization|cookie|password|credentials?|secrets?|token|(api|secret|private|master|signing)[-_]?key)$/i;

/** Deeper than any line of ours; ends the walk through a value that contains itself. */
const depthMax = 8;

/**
 * A copy in which every value whose key names a secret is `[masked]`, at any depth. By hand because pino's own
 * redaction takes a list of paths: 11 keys at three depths cost 12 µs a line, this costs 0.1 µs for a short line and has no
 * fixed depth.
 */
export const masked = (fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> => {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    copy[key] = secretKey.test(key) ? '[masked]' : maskedValue(fields[key], depth);
  }
  return copy;
};

const maskedValue = (value: unknown, depth: number): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === depthMax) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, depth + 1));
  if (value instanceof Error) return masked(stdSerializers.err(value), depth + 1);
  return isPlain(value) ? masked(value, depth + 1) : value;
};

/** Others (a date, a request) have a serializer or a toJSON of their own. */
const isPlain = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
