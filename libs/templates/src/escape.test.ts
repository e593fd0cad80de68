import type { Json } from '@karrio/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json, text } from './render.fixture.ts';
import { readXml } from './xml.fixture.ts';

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

/** With what XML is about, and brackets that could end a section together with those of the template. */
const xmlText = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom(']', '>', '<', '&', '-', '?', '"', "'", '\n', '\r', '\t', ' ', 'a') }),
);

const engines = ['handlebars', 'jinja'] as const;

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

describe('interpolation of Jinja into JSON', () => {
  it.each([
    '{"v": {{ x }}}',
    '{"v":{{x}}}',
    '{"v": {{ x | tojson }}}',
    '{"v": {{ x | tojson | safe }}}',
    '{"v": {{- lib.json(x) -}} }',
    '{% set y = x %}{"v": {{ y }}}',
    '{% set y %}{{ x }}{% endset %}{"v": {{ y }}}',
    '{% set y = x | tojson %}{"v": {{ y }}}',
    '{% macro m(a) %}{{ a }}{% endmacro %}{"v": {{ m(x) }}}',
    '{% macro m(a) %}{{ caller(a) }}{% endmacro %}{"v": {% call(b) m(x) %}{{ b }}{% endcall %}}',
    '{"v": {{ x if true else 1 }}}',
    '{"v": {{ {"a": [x]}.a[0] }}}',
    '{"v": {% for y in [x] %}{{ y }}{% endfor %}}',
    '{% set ns = namespace(y=x) %}{"v": {{ ns.y }}}',
  ])('keeps every JSON value whole outside of quotes: %s', (source) => {
    fc.assert(
      fc.property(anyJson, (x) => {
        expect(json(source, { x }, 'jinja')).toEqual({ v: x });
      }),
    );
  });

  it.each([
    '{"v": "{{ s }}", "w": "a {{ s }}\\"{{ t }}"}',
    '{% set y %}{{ s }}{% endset %}{"v": "{{ y }}", "w": "a {{ y }}\\"{{ t }}"}',
    '{% macro m(a) %}a {{ a }}\\"{% endmacro %}{"v": "{{ s | string }}", "w": "{{ m(s) }}{{ t }}"}',
    '{"v": "{% filter replace("-", "-") %}{{ s }}{% endfilter %}", "w": "{{ "a " ~ s ~ \'"\' ~ t }}"}',
  ])('keeps every text whole between quotes: %s', (source) => {
    fc.assert(
      fc.property(anyText, anyText, (s, t) => {
        expect(json(source, { s, t }, 'jinja')).toEqual({ v: s, w: `a ${s}"${t}` });
      }),
    );
  });

  it('makes a text of JSON that stands between quotes', () => {
    fc.assert(
      fc.property(anyJson, (x) => {
        const source =
          '{% set y %}{"a": {{ x }}}{% endset %}{"v": "{{ x | tojson }}", "w": {{ y }}, "t": "{{ y }}"}';
        expect(json(source, { x }, 'jinja')).toMatchObject({ v: JSON.stringify(x), w: { a: x } });
      }),
    );
  });

  it('takes punctuation for a part of the document, and every other text for a value', () => {
    const source = '[{% for x in l %}{{ x }}{{ "," if not loop.last }}{% endfor %}]';
    expect(json(source, { l: [1, 'a', null] }, 'jinja')).toEqual([1, 'a', null]);
    expect(
      json(source.replace('"," if not loop.last', '"" if loop.last else ", "'), { l: [1, 2] }, 'jinja'),
    ).toEqual([1, 2]);
    expect(
      json('[{{ "a" if true }}, {{ x | default("null") }}, {{ comma }}]', { comma: ',' }, 'jinja'),
    ).toEqual(['a', 'null', ',']);
    expect(
      json('{% set c = joiner(",") %}[{% for x in l %}{{ c() }}{{ x }}{% endfor %}]', { l: [1, 2] }, 'jinja'),
    ).toEqual([1, 2]);
  });

  it('is null outside of quotes and empty between them where there is no value', () => {
    expect(json('{"a": {{ x }}, "b": "{{ x }}", "c": {{ x.y.z }}, "d": "{{ none }}"}', {}, 'jinja')).toEqual({
      a: null,
      b: '',
      c: null,
      d: '',
    });
  });

  it('leaves the raw form as it is', () => {
    expect(json('{"v": {{ x | safe }}}', { x: '[1, 2]' }, 'jinja')).toEqual({ v: [1, 2] });
  });
});

describe('interpolation into other documents', () => {
  it('keeps XML well-formed', () => {
    expect(text('<a b="{{x}}">{{x}}</a>', { x: `<"&'>\u0000😀` }, 'xml')).toBe(
      '<a b="&lt;&quot;&amp;&apos;&gt;😀">&lt;&quot;&amp;&apos;&gt;😀</a>',
    );
  });

  /** XML has no way to say the other characters. */
  const carried = (value: string) =>
    value.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

  it.each(engines)('keeps any text whole in XML: in elements, attributes and sections (%s)', (engine) => {
    fc.assert(
      fc.property(xmlText, xmlText, (s, t) => {
        const source =
          '<?xml version="1.0"?><a b="{{s}}" c=\'{{t}}x\'><!-- {{s}} -->{{t}}<![CDATA[a]{{s}}]{{t}}]]><i/>{{s}}<![CDATA[{{s}}>{{t}}]>]]></a>';
        expect(readXml(text(source, { s, t }, 'xml', engine))).toEqual({
          attributes: { b: carried(s), c: `${carried(t)}x` },
          text: `${carried(t)}a]${carried(s)}]${carried(t)}${carried(s)}${carried(s)}>${carried(t)}]>`,
        });
      }),
    );
  });

  it.each([
    ['handlebars', '<a>{{to_xml (object b=s)}}</a>'],
    ['jinja', '<a>{{ lib.to_xml({"b": s}) }}</a>'],
    ['jinja', '{% macro b(x) %}<b>{{ x }}</b>{% endmacro %}<a>{{ b(s) }}</a>'],
    ['jinja', '{% set b %}<b>{{ s }}</b>{% endset %}<a>{{ b }}</a>'],
    ['jinja', '<a>{{ s | e }}</a>'],
  ] as const)('keeps elements that a template makes well-formed: %s %s', (engine, source) => {
    fc.assert(
      fc.property(xmlText, (s) => {
        expect(readXml(text(source, { s }, 'xml', engine)).text).toBe(carried(s));
      }),
    );
  });

  it('makes a text of markup that was captured for another place', () => {
    const source = '{% set b %}<b>"{{ s }}"</b>{% endset %}<a c="{{ b }}">{{ b }}</a>';
    const { attributes, text: content } = readXml(text(source, { s: '<' }, 'xml', 'jinja'));
    expect([attributes, content]).toEqual([{ c: '<b>"<"</b>' }, '"<"']);
  });

  it('lets no name of data out of a tag', () => {
    expect(text('<{{x}} y="1"/>', { x: 'a b="2"><c' }, 'xml')).toBe('<a_b__2___c y="1"/>');
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
