import { describe, expect, it } from 'vitest';
import { jsonFlawIn } from './json-flaw.ts';

describe('a JSON value', () => {
  it.each([null, 0, 'text', 'é 🚚', [], { a: [{ b: 'c' }] }])('such as %j can be stored', (value) => {
    expect(jsonFlawIn(value)).toBeUndefined();
  });

  it.each([
    [{ a: ['ok', 'x\0'] }, ['a', 1]],
    [{ a: { 'k\0': 1 } }, ['a', 'k\0']],
    ['\ud800', []],
  ])('such as %j cannot be stored, and is named by its path', (value, path) => {
    expect(jsonFlawIn(value)).toEqual({ path, message: expect.stringContaining('NUL') });
  });

  it('with a number that would be stored as null is refused', () => {
    const message = expect.stringContaining('send it as a text');
    expect(jsonFlawIn(JSON.parse('{"order":{"total":-1e400}}'))).toEqual({
      path: ['order', 'total'],
      message,
    });
  });

  it('that nests too deep is named by where it begins', () => {
    const deep: unknown = JSON.parse(`{"a":${'['.repeat(300)}${']'.repeat(300)}}`);
    expect(jsonFlawIn(deep)).toEqual({ path: ['a'], message: 'must not nest deeper than 200 levels' });
  });
});
