import { expect, test } from 'vitest';
import { verdictOn } from './verdict.ts';

const now = Date.parse('2026-11-28T12:00:00Z');

test('a schedule that never comes is told as one that no trigger can have', () => {
  expect(verdictOn('0 0 30 2 *', 'UTC', now)).toMatchObject({
    nextRunTimes: null,
    errorMessage: expect.stringContaining('never comes'),
    errors: [{ field: 'expression' }],
  });
});

test('a schedule of few times is told with those', () => {
  expect(verdictOn('0 0 29 2 *', 'Europe/Berlin', now)).toMatchObject({
    errorMessage: null,
    nextRunTimes: expect.arrayContaining(['2028-02-28T23:00:00.000Z']),
  });
});
