import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseCron } from './cron.ts';
import { zoneOf } from './zone.ts';

const complaint = (expression: string) => {
  const parsed = parseCron(expression);
  return 'refused' in parsed ? parsed.refused.message : 'none';
};

it.each([
  ['61 * * * *', 'Field 1 (minute) cannot be 61'],
  ['0 24 * * *', 'Field 2 (hour) cannot be 24'],
  ['0 0 32 * *', 'Field 3 (day of the month) cannot be 32'],
  ['0 0 * FOO *', 'Field 4 (month) cannot be FOO'],
  ['0 0 * * 9', 'Field 5 (day of the week) cannot be 9'],
  ['60 0 0 * * *', 'Field 1 (second) cannot be 60'],
  ['*/0 * * * *', 'Field 1 (minute) cannot be */0'],
  ['5-1 * * * *', 'Field 1 (minute) cannot be 5-1'],
  ['* * *', 'has 3 fields'],
  ['0 0 0 0 0 0 0 0', 'has 8 fields'],
  ['', 'is empty'],
  ['@fortnightly', 'no nickname @fortnightly'],
  ['a'.repeat(300), 'at most 200'],
])('says what is wrong with %j', (expression, expected) => {
  expect(complaint(expression)).toContain(expected);
});

it.each([
  '0 9 * * 1-5',
  '*/15 * * * *',
  '0 0 1 * *',
  '30 0 9 * * MON',
  '@daily',
  '0 0 L * *',
  ' 0 0 * * FRI#2 ',
])('takes %j', (expression) => {
  expect(complaint(expression)).toBe('none');
});

it('answers any text with a schedule or with what is wrong with it', () => {
  const piece = fc.constantFrom(
    '*',
    '0',
    '59',
    '/',
    '-',
    ',',
    '*/5',
    'MON',
    'L',
    '#',
    '?',
    'W',
    ' ',
    '@',
    'x',
    '99',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const parsed = parseCron(pieces.join(''));
      const answer = 'refused' in parsed ? parsed.refused.field : typeof (parsed.after(0) ?? 1);
      expect(['schedule', 'number']).toContain(answer);
    }),
    { numRuns: 2_000 },
  );
});

it.each(['Mars/Olympus', '', '+05:00', 'Europe/Berlin; drop', 'x'.repeat(1_000)])(
  'refuses the zone %j',
  (name) => {
    expect(zoneOf(name)).toMatchObject({ refused: { field: 'timezone', code: 'invalid' } });
  },
);
