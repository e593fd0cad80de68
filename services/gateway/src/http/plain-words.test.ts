import { expect, test } from 'vitest';
import { z } from 'zod';
import { plainWords } from './plain-words.ts';

test.each([
  [z.string(), undefined, 'must be a text; it is missing'],
  [z.string(), 5, 'must be a text'],
  [z.record(z.string(), z.string()), null, 'must be a JSON object'],
  [z.string().min(1), '', 'must have at least 1 characters'],
  [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 entries'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.enum(['cookie', 'bearer']), 'paper', 'must be one of cookie, bearer'],
  [z.strictObject({}), { colour: 'red' }, 'does not know colour; leave it out'],
  [z.string().min(1, 'must say who'), '', 'must say who'],
])('%# of what was sent, it is said in words of the API what was wanted', (schema, sent, message) => {
  const { error } = schema.safeParse(sent, { error: plainWords });
  expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
});
