import { isScalarType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from './schema.ts';

const type = schema.getType('DateTime');
const read = (text: unknown) => (isScalarType(type) ? type.parseValue(text) : undefined);

describe('a DateTime', () => {
  it.each([
    ['2026-11-22T18:50:00Z', '2026-11-22T18:50:00.000Z'],
    ['2026-11-22T18:50+02:00', '2026-11-22T16:50:00.000Z'],
    ['2028-02-29T23:30:00.5-0100', '2028-03-01T00:30:00.500Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-22T25:00:00Z',
    '2026-11-22T18:50:00',
    '2026-11-22',
    '0000-06-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '+10000-01-01T00:00:00Z',
    1_700_000_000,
  ])('%s is none', (text) => {
    expect(() => read(text)).toThrow('such as 2026-11-22T18:50:00Z');
  });
});
