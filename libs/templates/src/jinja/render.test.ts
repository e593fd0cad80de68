import { describe, expect, it } from 'vitest';
import { json, problemOf, text } from '../render.fixture.ts';

const orders = [
  { id: 1, name: 'A', status: 'open', total: 10, customer: { name: 'Ann', tags: ['x', 'y'] } },
  { id: 2, name: 'B', status: 'sent', total: 20.5, customer: null },
];
const context = { orders, o: { b: 1, a: [2], items: 'own' }, s: 'a-b_c', n: null, price: '19.99', empty: [] };

const rendered = (source: string) => text(source, context, 'text', 'jinja');

describe('statements of Jinja', () => {
  it.each([
    ['{% if n %}1{% elif empty %}2{% elif orders %}3{% else %}4{% endif %}', '3'],
    ['{% if not {} and not "" and not 0 and not missing %}all{% endif %}', 'all'],
    [
      '{% for o in orders %}{{ loop.index }}{{ o.name }}{% if not loop.last %},{% endif %}{% endfor %}',
      '1A,2B',
    ],
    ['{% for o in empty %}x{% else %}none{% endfor %}', 'none'],
    ['{% for o in missing.orders %}x{% else %}none{% endfor %}', 'none'],
    ['{% for o in orders if o.total > 15 %}{{ loop.index }}/{{ loop.length }}{{ o.id }}{% endfor %}', '1/12'],
    ['{% for o in orders if o.id > 9 %}x{% else %}none{% endfor %}', 'none'],
    ['{% for k, v in {"x": 1, "y": 2}.items() %}{{ k }}={{ v }};{% endfor %}', 'x=1;y=2;'],
    ['{% for k in {"x": 1, "y": 2} %}{{ k }}{% endfor %}', 'xy'],
    [
      '{% for status, group in orders | groupby("status") %}{{ status }}{{ group | length }} {% endfor %}',
      'open1 sent1 ',
    ],
    [
      '{% for a in [1,2] %}{% for b in [3,4] %}{{ loop.depth }}{{ a }}{{ b }} {% endfor %}{% endfor %}',
      '213 214 223 224 ',
    ],
    [
      '{% for x in [1,2,3,4] %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}',
      '13',
    ],
    [
      '{% for x in "abc" %}{{ loop.revindex }}{{ loop.first }}{{ loop.cycle("o", "e") }} {% endfor %}',
      '3trueo 2falsee 1falseo ',
    ],
    ['{% for x in [1,2] %}{{ loop.previtem }}-{{ loop.nextitem }} {% endfor %}', '-2 1- '],
    ['{% set a = 1 %}{% for x in [1] %}{% set a = 2 %}{{ a }}{% endfor %}{{ a }}', '21'],
    ['{% set a = 1 %}{% if true %}{% set a = 2 %}{% endif %}{{ a }}', '2'],
    ['{% set a, b = 1, [2] %}{{ a }}{{ b }}', '1[2]'],
    ['{% set a %}x{{ s }}{% endset %}{{ a }}{{ a | upper }}', 'xa-b_cXA-B_C'],
    ['{% set a | upper %}x{% endset %}{{ a }}', 'X'],
    [
      '{% set ns = namespace(n=0) %}{% for o in orders %}{% set ns.n = ns.n + o.total %}{% endfor %}{{ ns.n }}',
      '30.5',
    ],
    [
      '{% macro m(a, b="d", c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, c=3) }} {{ m(b=2, a=1) }}',
      '1d1 1d3 121',
    ],
    ['{% macro f(n) %}{% if n %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}', '321'],
    [
      '{% macro l(xs) %}{% for x in xs %}<{{ caller(x) }}>{% endfor %}{% endmacro %}{% call(x) l([1,2]) %}{{ x }}!{% endcall %}',
      '<1!><2!>',
    ],
    ['{% filter upper %}a{{ s }}{% endfilter %}', 'AA-B_C'],
    ['{% raw %}{{ x }}{% if %}{% endraw %}!', '{{ x }}{% if %}!'],
    ['a {#- comment {{ x }} -#} b', 'ab'],
    ['a  {%- if true -%}  b  {%- endif -%}  c {{- 1 -}} d', 'abc1d'],
    ['{%+ if true +%} x {% endif %}\n', ' x '],
    ['{"a":{"b":{{ orders[0].id }}}}', '{"a":{"b":1}}'],
  ])('%s', (source, expected) => {
    expect(rendered(source)).toBe(expected);
  });
});

describe('expressions of Jinja', () => {
  it.each([
    ['1 + 2 * 3 ** 2 // 4 % 3', 2],
    ['-7 // 2', -4],
    ['-7 % 3', 2],
    ['7 / 2', 3.5],
    ['0.1 + 0.2', 0.3],
    ['"a" + "b" ~ 1 ~ none', 'ab1'],
    ['[1] + [2]', [1, 2]],
    ['"-" * 3', '---'],
    ['price * 2', 39.98],
    ['price > 10 and price < 20', true],
    ['"9" > "10"', true],
    ['1 == 1.0 and "1" != 1 and [1, {"a": 2}] == [1, {"a": 2}]', true],
    ['none == missing', false],
    ['missing or "x"', 'x'],
    ['0 and 1', 0],
    ['not missing', true],
    ['"a" in s and "z" not in s and 2 in [1, 2] and "a" in o and 3 not in [1]', true],
    ['"yes" if orders else "no"', 'yes'],
    ['"a" if n else "b" if empty else "c"', 'c'],
    ['orders[0].name ~ orders[-1]["name"] ~ orders.1.name', 'ABB'],
    ['s[0] ~ s[-1] ~ s[1:3] ~ s[::-1] ~ s[:-2]', 'ac-bc_b-aa-b'],
    ['[1, 2, 3, 4][1:] + [1, 2, 3, 4][::2] + [1, 2, 3][::-1]', [2, 3, 4, 1, 3, 3, 2, 1]],
    ['{"a": [1, {"b": "c"}]}.a[1].b', 'c'],
    ['o.items', 'own'],
    ['o.get("b") + o.get("z", 4)', 5],
    ['o.keys() | list', ['b', 'a', 'items']],
    ['missing.a.b.c is defined', false],
    ['orders[7].name is undefined', true],
    ['n is none and missing is not none', true],
    ['4 is even and 3 is odd and 9 is divisibleby 3 and 9 is not divisibleby(2)', true],
    [
      's is string and 1 is number and 1.5 is float and 1 is integer and o is mapping and orders is sequence',
      true,
    ],
    ['true is boolean and true is true and "a" is lower and "A" is upper', true],
    ['1 is in [1, 2] and 3 is gt 2 and 2 is le(2) and "a" is eq("a")', true],
    ['s.split("-")[1].upper().replace("_", "").startswith("BC")', true],
    ['"a,b,c".split(",", 1)', ['a', 'b,c']],
    ['", ".join(["a", "b"])', 'a, b'],
    ['"%s has %d of %.2f" % ("A", 2.9, 1)', 'A has 2 of 1.00'],
    ['range(3) | list', [0, 1, 2]],
    ['range(4, 0, -2) | join(",")', '4,2'],
    ['dict({"b": 2}, a=1)', { a: 1, b: 2 }],
    ['"\\x41\\u0042\\n\\d"', 'AB\n\\d'],
    ["'it''s'", 'its'],
    ['1_000 + 1e3', 2000],
    ['True and not False and None is none', true],
    ['orders | map(attribute="customer.name", default="-") | join(",")', 'Ann,-'],
    ['orders | sort(attribute="status,id", reverse=true) | map(attribute="id") | list', [2, 1]],
    ['orders | selectattr("customer") | map(attribute="name") | first', 'A'],
    ['[3, 1] | sort | first', 1],
    ['orders | length + 1', 3],
    ['(orders | length) > 1', true],
    ['-1 | abs', 1],
  ])('%s', (source, expected) => {
    expect(json(`[{{ ${source} }}]`, context, 'jinja')).toEqual([expected]);
  });

  it('is an error where it calculates with nothing, at its operator', () => {
    expect(problemOf('{"a": 1,\n "b": {{ missing + 1 }}}', context, 'jinja')).toEqual({
      code: 'template-failed',
      message: '+ needs numbers, but got nothing.',
      line: 2,
      column: 18,
      excerpt: '"b": {{ missing + 1 }}}',
    });
  });

  it.each([
    ['{{ 1 > missing }}', '> needs numbers', 6],
    ['{{ 1 / 0 }}', 'divides by zero', 6],
    ['{{ 5 | first }}', 'first needs a list', 8],
    ['{% for x in 5 %}{% endfor %}', 'goes through a list', 8],
    ['{% for a, b in [1] %}{% endfor %}', 'take a list apart', 8],
    ['{% set x = o %}{% set x.y = 1 %}', 'Data cannot be changed', 23],
    ['{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}', 'takes 1 arguments', 34],
    ['{% macro m(size) %}{% endmacro %}{{ m(sise=2) }}', 'did you mean size?', 37],
    ['{{ "%d" % "x" }}', '%d needs numbers', 9],
    ['{{ (1).upper() }}', 'upper() needs a text', 8],
    ['{{ [1][::0] }}', 'steps of 0', 1],
    ['{% set f = 1 %}{{ f() }}', 'no macro or function', 19],
  ])('fails at its place: %s', (source, message, column) => {
    expect(problemOf(source, context, 'jinja')).toMatchObject({
      message: expect.stringContaining(message),
      line: 1,
      column,
    });
  });
});
