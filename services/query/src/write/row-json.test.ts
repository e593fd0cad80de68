import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowJson } from './row-json.ts';

describe('rows as JSON for Postgres', () => {
  it('replaces U+0000, which Postgres has in no text', () => {
    expect(JSON.parse(rowJson(['a\u0000b', { 'key\u0000': 1 }]))).toEqual(['a\ufffdb', { 'key\ufffd': 1 }]);
  });

  it('replaces half a surrogate pair and keeps a whole one', () => {
    expect(JSON.parse(rowJson(['\ud83d', '\ude00 \ud83d\ude00']))).toEqual(['\ufffd', '\ufffd \ud83d\ude00']);
  });

  it('keeps the text \\u0000, a backslash and letters', () => {
    expect(JSON.parse(rowJson(['\\u0000', '\\\\u0000', '\\\u0000']))).toEqual([
      '\\u0000',
      '\\\\u0000',
      '\\\ufffd',
    ]);
  });

  it('keeps everything else as it is', () => {
    const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\u0000', ''));
    fc.assert(
      fc.property(fc.array(fc.dictionary(text, text)), (rows) => {
        expect(rowJson(rows)).toBe(JSON.stringify(rows));
      }),
    );
  }, 30_000);
});
