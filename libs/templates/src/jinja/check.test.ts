import { describe, expect, it } from 'vitest';
import { checkTemplate, compileTemplate, readsOf, readsRoot, type Known } from '../index.ts';

const problem = (source: string, known: Known = {}) =>
  checkTemplate(source, { engine: 'jinja', contentType: 'json', ...known });

describe('saving a template in Jinja', () => {
  it('accepts what can be rendered', () => {
    expect(problem('{"a":{{x}},"b":[{% for y in l %}{{y}}{% endfor %}]}')).toBeUndefined();
    expect(problem('')).toBeUndefined();
    expect(problem('{% if a %}'.repeat(30) + '{% endif %}'.repeat(30))).toBeUndefined();
    expect(problem(`{% if a %}1${'{% elif a %}2'.repeat(300)}{% endif %}`)).toBeUndefined();
    expect(problem(`{{ ${'a ~ '.repeat(100)}a }}`)).toBeUndefined();
  });

  it.each([
    ['a loop that is not closed', '{"a":\n  {% for x in y %} 1 }', 2, 3, '{% endfor %} is missing'],
    ['a block closed by another', '{% if x %}\n {% endfor %}', 2, 2, 'close it with {% endif %}'],
    ['an end of nothing', 'a {% endif %}', 1, 3, 'closes nothing'],
    ['an else of nothing', 'a {% else %}', 1, 3, 'belongs to no block'],
    ['two elses', '{% if a %}{% else %}{% else %}{% endif %}', 1, 21, 'comes after the {% else %}'],
    ['a break outside of a loop', '{% break %}', 1, 1, 'stands in no {% for %}'],
    ['an expression that is not closed', 'x\n {{ a', 2, 2, 'a }} is missing'],
    ['a statement that is not closed', 'x {% if a', 1, 3, 'a %} is missing'],
    ['a comment that is not closed', 'x {# a', 1, 3, 'a #} is missing'],
    ['a raw that is not closed', 'x {% raw %}', 1, 3, '{% endraw %}'],
    ['a text that is not closed', 'x {{ "a }}', 1, 6, 'a quote is missing'],
    ['an empty expression', '[{{ }}]', 1, 5, 'a name or a value is missing'],
    ['a half expression', '{{ a + }}', 1, 8, 'a name or a value is missing'],
    ['two names', '{{ a b }}', 1, 6, 'Unexpected b'],
    ['a bracket that is not closed', '{{ (a }}', 1, 7, 'not closed'],
    ['a bracket that closes nothing', '{{ a) }}', 1, 5, 'closes nothing'],
    ['an assignment', '{% if a = 1 %}{% endif %}', 1, 9, 'compare with =='],
    ['a sign of other languages', '{{ a && b }}', 1, 6, 'writes and for &&'],
    ['a question mark', '{{ a ? 1 : 2 }}', 1, 6, 'a if condition else b'],
    ['a loop without in', '{% for x %}{% endfor %}', 1, 10, 'for item in list'],
    ['a loop over nothing', '{% for x in %}{% endfor %}', 1, 13, 'a name or a value is missing'],
    ['an unknown statement', '{% fro x in y %}', 1, 1, 'did you mean for?'],
    ['an include', '{% include "x" %}', 1, 1, 'cannot include'],
    ['a filter with too many arguments', '{{ a | upper(1) }}', 1, 8, 'takes no arguments'],
    ['a filter with too few arguments', '{{ a | replace("x") }}', 1, 8, 'takes 2 to 3 arguments'],
    ['a filter with an unknown argument', '{{ a | sort(by="x") }}', 1, 8, 'no argument by'],
    ['an argument given twice', '{{ lib.text(a, max=1, max=2) }}', 1, 23, 'given twice'],
    ['a test with an argument too many', '{{ a is none(1) }}', 1, 9, 'takes no argument'],
    ['a test with an argument too few', '{{ a is divisibleby }}', 1, 21, 'a name or a value'],
    ['a helper with too few arguments', '{{ lib.eq(a) }}', 1, 4, 'needs 2 arguments'],
    ['a helper with an unknown option', '{{ lib.date(a, zone="x") }}', 1, 4, 'no option zone'],
    ['lib without a helper', '{{ lib }}', 1, 4, 'lib holds helpers'],
    ['a helper as data', '{{ lib.to_money }}', 1, 4, 'lib holds helpers'],
    ['a call of a member', '{{ a["b"](1) }}', 1, 4, 'can be called'],
    ['unpacked arguments', '{{ lib.text(*a) }}', 1, 1, 'cannot be unpacked'],
    ['setting what is no name', '{% set a["b"] = 1 %}', 1, 8, 'Only a name can be set'],
  ])('refuses %s, at its line and column', (_, source, line, column, message) => {
    expect(problem(source)).toMatchObject({ line, column, message: expect.stringContaining(message) });
  });

  it.each([
    ['{{ a | uper }}', 'There is no filter uper; did you mean upper?'],
    ['{{ a | map("uper") }}', 'There is no filter uper; did you mean upper?'],
    ['{{ a | selectattr("b", "equaltoo", 1) }}', 'There is no test equaltoo; did you mean equalto?'],
    ['{{ a is defned }}', 'There is no test defned; did you mean defined?'],
    ['{{ lib.to_mony(1) }}', 'There is no lib.to_mony; did you mean lib.to_money?'],
    ['{{ to_money(1) }}', 'There is no function to_money; write lib.to_money(…).'],
    ['{{ rnge(1) }}', 'There is no function rnge; did you mean range?'],
    ['{% macro total() %}{% endmacro %}{{ totl() }}', 'There is no function totl; did you mean total?'],
    ['{{ a.uper() }}', 'There is no method uper; did you mean upper?'],
    ['{{ paramters.limit }}', "There is no paramters in a template's context; did you mean parameters?"],
  ])('names the nearest: %s', (source, message) => {
    expect(problem(source)?.message).toBe(message);
  });

  it('names the nearest step, or the steps there are', () => {
    const steps = ['shopify_orders', 'count'];
    expect(problem('{"a":{{ steps.shopify_ordrs.response }}}', { steps })).toMatchObject({
      message: 'No step before this one is named shopify_ordrs; did you mean shopify_orders?',
      line: 1,
      column: 9,
    });
    expect(problem('{% for x in steps["other"] %}{% endfor %}', { steps })?.message).toContain('there are');
    expect(
      problem('{{ steps.count.response }}{% for step in a %}{{ step.x }}{% endfor %}', { steps }),
    ).toBeUndefined();
  });
});

describe('what a template reads', () => {
  const reads = (source: string, engine: 'handlebars' | 'jinja') => {
    const compiled = compileTemplate(source, { engine, contentType: 'json' });
    if ('problem' in compiled) throw new Error(compiled.problem.message);
    return { paths: readsOf(compiled.template), readsConnection: readsRoot(compiled.template, 'connection') };
  };

  it.each([
    ['jinja', '{{ connection.key }}{{ connection.key }}', [['connection', 'key']], true],
    ['jinja', '{{ connection[x] }}', [['connection'], ['x']], true],
    ['jinja', '{% for k, v in connection.items() %}{{ v }}{% endfor %}', [['connection']], true],
    ['jinja', '{% set connection = 1 %}{{ connection.a }}', [['connection', 'a']], true],
    ['jinja', '{% set c = steps.a.response %}{{ c.x }}', [['steps', 'a', 'response']], false],
    ['handlebars', '{{connection.key}}', [['connection', 'key']], true],
    [
      'handlebars',
      '{{#each x}}{{connection.key}}{{@root.connection.a}}{{/each}}',
      [['x'], ['connection', 'key'], ['connection', 'a']],
      true,
    ],
    ['handlebars', '{{#with connection}}{{key}}{{/with}}', [['connection']], true],
    ['handlebars', '{{json this}}', [[]], true],
    ['handlebars', '{{#each x}}{{json @root}}{{/each}}', [['x'], []], true],
    ['handlebars', '{{#each x}}{{lookup .. "connection"}}{{/each}}', [['x'], []], true],
    ['handlebars', '{{#each x}}{{json this}}{{/each}}', [['x']], false],
  ] as const)('is known (%s): %s', (engine, source, paths, readsConnection) => {
    const found = reads(source, engine);
    expect(found.readsConnection).toBe(readsConnection);
    expect(found.paths).toHaveLength(paths.length);
    expect(found.paths).toEqual(expect.arrayContaining([...paths]));
  });
});

describe('where a template stands', () => {
  const mapping: Known = {
    roots: ['parameters', 'steps', 'connection', 'metadata', 'metafields', 'now'],
    secrets: ['access_token'],
  };

  it.each([
    [
      'jinja',
      '{"a": "{{ credentials.api_key }}"}',
      "There is no credentials here: only a connection's own templates have them.",
    ],
    [
      'handlebars',
      '{"a": "{{credentials.api_key}}"}',
      "There is no credentials here: only a connection's own templates have them.",
    ],
    [
      'jinja',
      '{"a": "{{ connection.access_token }}"}',
      'connection.access_token is a secret: only the header_template',
    ],
    [
      'handlebars',
      '{{#each x}}{{connection.access_token}}{{/each}}',
      'connection.access_token is a secret: only the header_template',
    ],
  ] as const)('decides what it may name (%s): %s', (engine, source, message) => {
    expect(checkTemplate(source, { engine, contentType: 'json', ...mapping })?.message).toContain(message);
    expect(checkTemplate(source, { engine, contentType: 'json' })).toBeUndefined();
  });

  it('lets it name what there is, and what is its own', () => {
    const source =
      '{% for credentials in parameters.l %}{{ credentials.x }}{{ connection.shop }}{{ lib.upper(now) }}{% endfor %}';
    expect(problem(source, mapping)).toBeUndefined();
  });
});
