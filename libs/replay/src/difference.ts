import type { Json } from '@karrio/domain';

/** Where two values part; undefined for what is not there. */
export type Difference = Readonly<{ path: string; recorded: Json | undefined; now: Json | undefined }>;

const differencesMax = 20;

/** The first differences of two values. A masked text is taken to be whatever it hides. */
export const differencesOf = (recorded: unknown, now: unknown, path = ''): readonly Difference[] =>
  [...walk(recorded, now, path)].slice(0, differencesMax);

const walk = function* (recorded: unknown, now: unknown, path: string): Generator<Difference> {
  if (Object.is(recorded, now)) return;
  if (typeof recorded === 'string' && typeof now === 'string' && matchesMasked(recorded, now)) return;
  if (isBranch(recorded) && isBranch(now) && Array.isArray(recorded) === Array.isArray(now)) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(now)])) {
      yield* walk(recorded[name], now[name], path === '' ? name : `${path}.${name}`);
    }
    return;
  }
  yield { path, recorded: excerpt(recorded), now: excerpt(now) };
};

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const mask = /\*\*\*|%2A%2A%2A/;

const matchesMasked = (a: string, b: string): boolean => covers(a, b) || covers(b, a);

const covers = (pattern: string, text: string): boolean => {
  if (!mask.test(pattern)) return false;
  const [first = '', ...rest] = pattern.split(mask);
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    from = found + part.length;
  }
  return true;
};

const excerptCharsMax = 500;

/** A report is read by people: of a large value its beginning. */
const excerpt = (value: unknown): Json | undefined => {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  // oxlint-disable-next-line typescript/consistent-type-assertions -- what events and renderings hold is JSON
  return text.length <= excerptCharsMax ? (value as Json) : `${text.slice(0, excerptCharsMax)}…`;
};
