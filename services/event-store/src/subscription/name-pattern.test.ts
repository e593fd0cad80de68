import { describe, expect, it } from 'vitest';
import { namePattern } from './name-pattern.ts';

const matching = (source: string, ...names: readonly string[]) => {
  const pattern = namePattern(source, []);
  return names.filter((name) => pattern.kind === 'regex' && pattern.regex.test(name));
};

describe('a regex of a filter', () => {
  it('matches anywhere in the name unless it is anchored', () => {
    expect(matching('un-', 'run-1', 'plan-1')).toEqual(['run-1']);
    expect(matching('^un-', 'run-1', 'un-1')).toEqual(['un-1']);
    expect(matching('^[^$].*', '$metadata', 'run', '')).toEqual(['run']);
  });

  it('may have what JavaScript writes in its own way', () => {
    expect(matching(String.raw`^a\/b\u0041(?<year>\d+)\-$`, 'a/bA12-', 'a/b')).toEqual(['a/bA12-']);
  });

  it.each(['(a+)+$', '(a|aa)+$', '(.*)(.*)(.*)(.*)(.*)(.*)x', '(?:(?:(?:a*)*)*)*b'])(
    'does not keep the server, however it repeats: %s',
    (evil) => {
      expect(matching(evil, `${'a'.repeat(60_000)}!`)).toEqual([]);
    },
  );

  it.each([
    ['that is not one', '(', 'missing closing'],
    ['with a look-ahead', '^(?!\\$)', 'without look-arounds'],
    ['with a back reference', '(a)\\1', 'back references'],
    ['that repeats a thousand times a thousand times', '(a{1000}){1000}', 'invalid repeat count'],
    ['that nests', '('.repeat(5000) + ')'.repeat(5000), 'nests too deeply'],
    ['that is large', 'a?b'.repeat(1000), 'too complex'],
    ['that is long', 'a'.repeat(20_000), 'longer than 10000'],
  ])('%s is refused', (_what, source, why) => {
    expect(() => namePattern(source, [])).toThrow(why);
  });
});

describe('prefixes of a filter', () => {
  it('hold where there is no regex, and are counted', () => {
    expect(namePattern('', ['a', 'b'])).toEqual({ kind: 'prefixes', prefixes: ['a', 'b'] });
    expect(() => namePattern('', Array.from({ length: 1001 }, String))).toThrow('at most 1000');
  });
});
