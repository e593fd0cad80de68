import type { z } from 'zod';
import { refusal, type Refusal } from '../definition/refusal.ts';

/** What was read, or every reason why it could not be. */
export type Read<T> = { readonly read: T } | { readonly refused: readonly Refusal[] };

export const readAs = <T>(read: T): Read<T> => ({ read });

/** `path` names the place in the input, such as `condition.all.0.value`. */
export const refuse = <T>(path: string, message: string): Read<T> => ({
  refused: [refusal('invalid', path, message)],
});

/** All of them, or all refusals of those that have one. */
export const readAll = <T>(reads: readonly Read<T>[]): Read<readonly T[]> => {
  const refused = reads.flatMap((one) => ('refused' in one ? one.refused : []));
  return refused.length > 0
    ? { refused }
    : { read: reads.flatMap((one) => ('read' in one ? [one.read] : [])) };
};

export const mapRead = <T, U>(read: Read<T>, then: (value: T) => U): Read<U> =>
  'refused' in read ? read : readAs(then(read.read));

/** What the schema found, each with its place below `path`. */
export const refusedAt = (path: string, error: z.ZodError): Read<never> => ({
  refused: error.issues.map((issue) =>
    refusal('invalid', [path, ...issue.path].filter((key) => key !== '').join('.'), messageOf(issue)),
  ),
});

const kinds: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** For a schema to say what is of a wrong type; its own messages go before. */
export const wrongType: z.core.$ZodErrorMap = ({ code, expected, input }) => {
  const kind = code === 'invalid_type' && typeof expected === 'string' ? kinds[expected] : undefined;
  return kind && `must be ${kind}${input === undefined ? '; it is missing' : ''}`;
};

const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `does not know ${issue.keys.join(', ')}: leave it out, or see the page about shipping rules for what there is`
    : issue.message;
