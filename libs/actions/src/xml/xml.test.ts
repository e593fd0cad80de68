import type { Json } from '@karrio/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planAction } from '../action-types.ts';
import { aContext, anAction } from '../planned-action.fixture.ts';
import { buildXml } from './build-xml.ts';
import { parseXml } from './parse-xml.ts';

const built = (value: Json) => {
  const outcome = buildXml(value);
  if ('problem' in outcome) throw new Error(outcome.problem);
  return outcome.xml.replace(/^<\?xml .*?\?>/, '');
};

describe('an XML document', () => {
  it.each([
    ['<a>1</a>', { a: '1' }],
    ['<a><b>1</b><b> 2 </b><c/></a>', { a: { b: ['1', '2'], c: '' } }],
    ['<a x="1 &amp; 2">t &lt; &#65;<b/></a>', { a: { '@x': '1 & 2', b: '', '#text': 't < A' } }],
    ['<a><![CDATA[<x>&amp;]]></a>', { a: '<x>&amp;' }],
    ['<a><!-- nothing --><?pi nothing?>007</a>', { a: '007' }],
    ['<s:a xmlns:s="u">\n  <s:b>1</s:b>\n</s:a>', { 's:a': { '@xmlns:s': 'u', 's:b': '1' } }],
    ['<a><__proto__>1</__proto__></a>', { a: Object.fromEntries([['__proto__', '1']]) }],
  ])('%s is the object %j', (text, value) => {
    expect(parseXml(text)).toEqual({ value });
  });

  it.each([
    ['<a><b></a>', 'line 1, column 10: unexpected close tag'],
    ['<a/><b/>', 'only one root'],
    ['plain', 'outside of root'],
    ['', 'root element'],
    ['<a>&nbsp;</a>', 'undefined entity'],
    ['<a>\n<b x="1" x="2"/></a>', 'line 2, column 16: duplicate attribute'],
  ])('%j is none, and says where', (text, problem) => {
    expect(parseXml(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it.each([
    ['entities that expand', '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>', 'DOCTYPE'],
    ['a file', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 'DOCTYPE'],
    ['another document', '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', 'DOCTYPE'],
    ['great depth', `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`, 'deeper than 64'],
    ['many elements', `<a>${'<b/>'.repeat(300_000)}</a>`, 'over 250000'],
    [
      'many attributes',
      `<a ${Array.from({ length: 300_000 }, (_, i) => `a${i}=""`).join(' ')}/>`,
      'over 250000',
    ],
  ])('with %s is refused', (_, text, problem) => {
    expect(parseXml(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe('an object as XML', () => {
  it.each([
    [{ a: null }, '<a/>'],
    [
      { a: { '@x': '1"<&\n', '#text': 't<&>', b: [1, 'c', null, true], d: {}, e: [] } },
      '<a x="1&quot;&lt;&amp;&#10;">t&lt;&amp;&gt;<b>1</b><b>c</b><b/><b>true</b><d/></a>',
    ],
    [{ 's:a': { '@xmlns:s': 'u', '@none': null } }, '<s:a xmlns:s="u"/>'],
    [{ ä: 'ü\u0000😀' }, '<ä>ü😀</ä>'],
  ])('%j is %s', (value, text) => {
    expect(built(value)).toBe(text);
  });

  it.each<[Json, string]>([
    [[1], 'one member'],
    [{}, 'it has none'],
    [{ a: 1, b: 2 }, 'it has a, b'],
    [{ a: [1, 2] }, 'one member'],
    [{ 'a><b': 1 }, 'which XML does not allow'],
    [{ a: { '@x y': 1 } }, 'which XML does not allow'],
    [{ a: { '@x': {} } }, 'holds a text'],
    [{ a: { b: [[1]] } }, 'a list in a list'],
  ])('%j is refused: %s', (value, problem) => {
    expect(buildXml(value)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('is read as what it was, whatever its texts', () => {
    const name = fc.constantFrom('a', 'b', 'ns:c', 'd-e', '__proto__', 'é');
    const letters = fc.constantFrom('a', ' ', '<', '&', '>', '"', "'", ']', ';', '#', 'é', '\u0085', '😀');
    const text = fc.string({ unit: letters, maxLength: 12 }).map((given) => given.trim());
    const { node } = fc.letrec<{ node: Json }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        text,
        fc
          .array(fc.tuple(name, tie('node')), { minLength: 1, maxLength: 3 })
          .map((members) => Object.fromEntries(members)),
      ),
    }));
    fc.assert(
      fc.property(node, text, (inner, attribute) => {
        const document = { root: { '@x': attribute, inner } };
        expect(parseXml(built(document))).toEqual({ value: document });
      }),
    );
  });
});

describe('a template of XML', () => {
  const render = (parametersTemplate: string) =>
    planAction(
      anAction({ actionType: 'data_mapping', contentType: 'xml', parametersTemplate }),
      aContext({ parameters: { name: '<Ann> & "Bob"', ids: [1, 2] } }),
      undefined,
    );

  it('may be written as a document or as the object of one', () => {
    expect(render('<o><n>{{parameters.name}}</n></o>')).toEqual({
      pure: { succeeded: { output: '<o><n>&lt;Ann&gt; &amp; &quot;Bob&quot;</n></o>' } },
    });
    expect(render('{"o": {"@n": "{{parameters.name}}", "id": {{parameters.ids}}}}')).toEqual({
      pure: {
        succeeded: {
          output:
            '<?xml version="1.0" encoding="UTF-8"?><o n="&lt;Ann&gt; &amp; &quot;Bob&quot;"><id>1</id><id>2</id></o>',
        },
      },
    });
  });

  it('that renders none fails with the place and the text there', () => {
    expect(render('<o>\n<n>{{parameters.name}}</o>')).toEqual({
      failed: {
        code: 'invalid-xml',
        message: expect.stringMatching(
          /^parameters_template, line 2, column \d+ of what it rendered: unexpected close tag/,
        ),
        details: {
          field: 'parameters_template',
          line: 2,
          column: expect.any(Number),
          excerpt: '<n>&lt;Ann&gt; &amp; &quot;Bob&quot;</o>',
        },
      },
    });
    expect(render('{"a": 1, "b": 2}')).toMatchObject({
      failed: { code: 'invalid-xml', message: expect.stringContaining('it has a, b') },
    });
  });
});
