import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  object: 'a JSON object',
  record: 'a JSON object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** How many of what a text or list may have. */
const partsOf: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

/** For a schema to say what it wants where it has no message of its own; a message of its own goes before. */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}${issue.input === undefined ? '; it is missing' : ''}`;
    case 'too_small':
      return bound('at least', issue.origin, issue.minimum);
    case 'too_big':
      return bound('at most', issue.origin, issue.maximum);
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `does not know ${issue.keys.join(', ')}; leave it out`;
    default:
      return undefined;
  }
};

const bound = (which: 'at least' | 'at most', origin: string, limit: number | bigint): string => {
  const parts = partsOf[origin];
  return parts === undefined ? `must be ${which} ${limit}` : `must have ${which} ${limit} ${parts}`;
};
