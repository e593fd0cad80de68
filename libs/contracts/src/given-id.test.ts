import { expect, test } from 'vitest';
import type { z } from 'zod';
import { commandPayloads } from './command.ts';
import { questionPayloads } from './question.ts';

const payloads: readonly (readonly [string, z.ZodObject])[] = Object.entries({
  ...commandPayloads,
  ...questionPayloads,
});

const idFields = payloads.flatMap(([name, { shape }]) =>
  Object.entries(shape)
    .filter(([field]) => /^(id|fromRun|\w+Id)$/.test(field))
    .map(([field, schema]) => ({ name, field, schema: schema as z.ZodType })),
);

// The store refuses to look for a stream of such a name, so the command would come again and again.
test('an id that is longer than any is refused before anything is looked for by it', () => {
  expect(idFields.length).toBeGreaterThan(40);
  const taken = idFields.filter(({ schema }) => schema.safeParse('x'.repeat(101)).success);
  expect(taken.map(({ name, field }) => `${name}.${field}`)).toEqual([]);
});

test('the refusal says what to do', () => {
  const { error } = commandPayloads.cancel_run.safeParse({ id: 'x'.repeat(100_000) });
  expect(error?.issues).toMatchObject([{ path: ['id'], message: expect.stringContaining('from a list') }]);
});
