import type { Json } from '@karrio/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json, text } from './render.fixture.ts';

/** Lone surrogates, control characters, quotes, backslashes and emoji among them. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      '\n',
      '\u0000',
      '\ud83d',
      '\ude00',
      '😀',
      '}',
      '{',
      ',',
      "'",
      '<',
      '&',
      '%',
    ),
  }),
);

/** JSON has no negative zero and no lone surrogates' meaning to lose: what is compared went through JSON once. */
const anyJson: fc.Arbitrary<Json> = fc
  .jsonValue({ stringUnit: 'binary' })
  .map((value): Json => JSON.parse(JSON.stringify(value)));

describe('interpolation into JSON', () => {
  it.each(['{"v": {{json x}}}', '{"v": {{x}}}', '{"v":{{x}}}', '{"v": {{{json x}}} }', '{"v": {{~x~}} }'])(
    'keeps every JSON value whole outside of quotes: %s',
    (source) => {
      fc.assert(
        fc.property(anyJson, (x) => {
          expect(json(source, { x })).toEqual({ v: x });
        }),
      );
    },
  );

  it('keeps every text whole between quotes, whatever stands around it', () => {
    fc.assert(
      fc.property(anyText, anyText, (s, t) => {
        expect(json('{"v": "{{s}}", "w": "a {{s}}\\"{{t}}😀", "{{t}}x": 1}', { s, t })).toEqual({
          v: s.toWellFormed() === s ? s : JSON.parse(JSON.stringify(s)),
          w: `a ${s}"${t}😀`,
          [`${t}x`]: 1,
        });
      }),
    );
  });

  it('never lets a value out of its quotes or its place', () => {
    fc.assert(
      fc.property(fc.array(anyJson), anyJson, (list, x) => {
        const source =
          '{"list": [{{#each list}}{"a": {{this}}, "b": "{{this}}", "c": {{json ../x}} }{{#unless @last}},{{/unless}}{{/each}}], "end": true}';
        const rendered = json(source, { list, x });
        expect(rendered).toMatchObject({ end: true });
        expect(rendered).toHaveProperty('list.length', list.length);
      }),
    );
  });

  it('writes a JSON text between quotes as a text', () => {
    expect(json('{"v": "{{json x}}"}', { x: { a: '"' } })).toEqual({ v: '{"a":"\\""}' });
    expect(json('{"v": "{{x}}"}', { x: { a: '"' } })).toEqual({ v: '{"a":"\\""}' });
  });

  it('survives a backslash of the template right before a value', () => {
    expect(json('{"v": "C:\\\\{{x}}"}', { x: 'new"' })).toEqual({ v: 'C:\\new"' });
  });

  it('is null outside of quotes and empty between them where there is no value', () => {
    expect(json('{"a": {{x}}, "b": "{{x}}", "c": {{x.y.z}}, "d": "{{n}}"}', { n: null })).toEqual({
      a: null,
      b: '',
      c: null,
      d: '',
    });
  });

  it('leaves the raw form as it is', () => {
    expect(json('{"v": {{{x}}} }', { x: '[1, 2]' })).toEqual({ v: [1, 2] });
    expect(json('{"v": {{{x}}}}', { x: '{"quoted": "}"}' })).toEqual({ v: { quoted: '}' } });
    expect(json('{"a": {{{x}}}, "b": {{y}}}', { x: '"raw"', y: 'after' })).toEqual({ a: 'raw', b: 'after' });
  });

  it('keeps numbers exact and writes no NaN', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(json('[{{x}}]', { x })).toEqual([x + 0]);
      }),
    );
    expect(json('[{{x}}]', { x: NaN })).toEqual([null]);
  });
});

describe('interpolation into other documents', () => {
  it('keeps XML well-formed', () => {
    expect(text('<a b="{{x}}">{{x}}</a>', { x: `<"&'>\u0000😀` }, 'xml')).toBe(
      '<a b="&lt;&quot;&amp;&apos;&gt;😀">&lt;&quot;&amp;&apos;&gt;😀</a>',
    );
  });

  it('keeps the pairs of a form apart', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const form = new URLSearchParams(text('a={{a}}&b={{b}}', { a, b }, 'form'));
        expect([...form]).toEqual([
          ['a', a.toWellFormed()],
          ['b', b.toWellFormed()],
        ]);
      }),
    );
  });

  it('takes a form that is a JSON object for JSON', () => {
    expect(JSON.parse(text(' {"a": "{{x}}"}', { x: '"&' }, 'form'))).toEqual({ a: '"&' });
  });

  it('leaves text alone', () => {
    expect(text('{{x}} {{{x}}}', { x: '<"&\n' }, 'text')).toBe('<"&\n <"&\n');
  });
});
