import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFaultIn } from './json-fault.ts';

describe('malformed JSON', () => {
  it.each([
    ['{"a":}', 'unexpected "}" at position 5 (line 1, column 6)'],
    ['{"a":1', 'the text ends too early at position 6 (line 1, column 7)'],
    ['{\n  "a": 1,\n}', 'unexpected "}" at position 12 (line 3, column 1)'],
    ['[1,]', 'unexpected "]" at position 3 (line 1, column 4)'],
    ['[1}', 'unexpected "}" at position 2 (line 1, column 3)'],
    ['{} x', 'unexpected "x" at position 3 (line 1, column 4)'],
    ["{'a':1}", 'unexpected "\'" at position 1 (line 1, column 2)'],
    ['{"a" 1}', 'unexpected "1" at position 5 (line 1, column 6)'],
    ['{"a":"b', 'unexpected "\\"" at position 5 (line 1, column 6)'],
    ['nul', 'unexpected "n" at position 0 (line 1, column 1)'],
  ])('%j is described as %s', (text, fault) => {
    expect(jsonFaultIn(text)).toBe(fault);
  });

  it('is found nowhere before the end of a valid text', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonFaultIn(text)).toContain(`the text ends too early at position ${text.length} `);
      }),
    );
  });
});
