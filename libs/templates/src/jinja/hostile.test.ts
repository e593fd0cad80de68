import { describe, expect, it } from 'vitest';
import { checkTemplate, compileTemplate, renderText } from '../index.ts';

const numbers = Array.from({ length: 50_000 }, (_, i) => i);
const rows = Array.from({ length: 1_000 }, (_, id) => ({ id, name: 'x'.repeat(50) }));
const context = {
  numbers,
  rows,
  long: 'a'.repeat(1_000_000),
  short: 'x'.repeat(1_000),
  blanks: ' '.repeat(500_000),
  pairs: numbers.map((n) => [n, n]),
  own: JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}'),
};

const language = { engine: 'jinja', contentType: 'json' } as const;

const outcome = (source: string) => {
  const compiled = compileTemplate(source, language);
  if ('problem' in compiled) return { refused: compiled.problem };
  const rendered = renderText(compiled.template, context);
  return 'problem' in rendered ? { failed: rendered.problem } : { text: rendered.value };
};

const repeated = (count: number, statement: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => statement(index)).join('');

const inLoop = (statement: string) => `{% for n in numbers %}${statement}{% endfor %}`;

/** Each would keep the process busy for seconds to years, or fill its memory, if nothing stopped it. */
const endless: readonly string[] = [
  '{% for a in range(1000000000) %}{% endfor %}',
  '{{ range(0, 1000000000, 0.0000001) }}',
  '{{ range(-1000000000, 1000000000) | sum }}',
  inLoop(inLoop(inLoop('x'))),
  inLoop('{% for m in numbers %}{% endfor %}'),
  inLoop('{% for m in numbers if false %}{% endfor %}'),
  inLoop('{% if rows | tojson %}{% endif %}'),
  inLoop('{% if rows ~ rows %}{% endif %}'),
  inLoop('{% if rows == rows | reverse | reverse %}{% endif %}'),
  inLoop('{% if pairs == (pairs | list) %}{% endif %}'),
  inLoop('{% if long | upper %}{% endif %}'),
  inLoop('{% if long.upper() %}{% endif %}'),
  inLoop('{% if long == long ~ "" %}{% endif %}'),
  inLoop('{% if long < long ~ "" %}{% endif %}'),
  inLoop('{% if "b" in long %}{% endif %}'),
  inLoop('{% if -1 in numbers %}{% endif %}'),
  inLoop('{% if long[::-1] %}{% endif %}'),
  inLoop('{% if numbers[1:] %}{% endif %}'),
  inLoop('{% if long.split("") %}{% endif %}'),
  inLoop('{% if blanks | trim %}{% endif %}'),
  inLoop('{% if blanks.strip() %}{% endif %}'),
  inLoop('{% if long | wordcount %}{% endif %}'),
  inLoop('{% if long | title %}{% endif %}'),
  inLoop('{% if long | e %}{% endif %}'),
  inLoop('{% if long | urlencode %}{% endif %}'),
  inLoop('{% if long | list %}{% endif %}'),
  inLoop('{% if long is lower %}{% endif %}'),
  inLoop('{% if long.count("a") %}{% endif %}'),
  inLoop('{% if numbers | sort %}{% endif %}'),
  inLoop('{% if rows | sort(attribute="name") %}{% endif %}'),
  inLoop('{% if rows | groupby("name") %}{% endif %}'),
  inLoop('{% if rows | unique(attribute="name") | list %}{% endif %}'),
  inLoop('{% if rows | map("tojson") | list %}{% endif %}'),
  inLoop('{% if rows | selectattr("name", "in", long) | list %}{% endif %}'),
  inLoop('{% if numbers | select("even") | list %}{% endif %}'),
  inLoop('{% if numbers | batch(1) | list %}{% endif %}'),
  inLoop('{% if numbers | min %}{% endif %}'),
  inLoop('{% if numbers + numbers %}{% endif %}'),
  inLoop('{% if "%s%s" % (long, long) %}{% endif %}'),
  inLoop('{% if lib.date(n, long) %}{% endif %}'),
  inLoop('{{ lib.date(n, "YYYY", tz="Europe/Berlin") }}'),
  inLoop('{% if lib.to_query_unquote(long) %}{% endif %}'),
  inLoop('{% if lib.to_dict_safe(long) %}{% endif %}'),
  inLoop('{% if lib.to_xml(rows, "r") %}{% endif %}'),
  inLoop('{% if lib.failsafe(range(1000000)) %}{% endif %}'),
  inLoop('{% set x %}{{ long }}{% endset %}{% if x %}{% endif %}'),
  '{{ "x" * 1000000000 }}',
  '{{ 1000000000 * "x" }}',
  '{{ ("x" * 4000000) * 2 }}',
  '{{ "%999d" * 4000 % 1 }}',
  '{{ long | replace("a", long) }}',
  '{{ short | replace("x", short) | replace("x", short) }}',
  '{{ numbers | join(long) }}',
  '{{ long.join(numbers) }}',
  '{{ long | indent("x" * 1000) }}{{ ("\\n" * 1000000) | indent(100, true, true) }}',
  // What doubles with every line: texts, lists, objects, captured text.
  `{% set a = "xxxxxxxxxxxxxxxx" %}${repeated(100, () => '{% set a = a ~ a %}')}{{ a }}`,
  `{% set a = [1] %}${repeated(100, () => '{% set a = a + a %}')}{{ a }}`,
  `{% set a = 1 %}${repeated(100, () => '{% set a = [a, a] %}')}{{ a }}`,
  `{% set a = 1 %}${repeated(100, () => '{% set a = [a, a] %}')}{{ a | tojson }}`,
  `{% set a = 1 %}${repeated(100, () => '{% set a = [a, a] %}')}{% set b = 1 %}${repeated(100, () => '{% set b = [b, b] %}')}{{ a == b }}`,
  `{% set a = 1 %}${repeated(60, () => '{% set a = {"x": a, "y": a} %}')}{{ a ~ "" }}`,
  `{% set a = long %}${repeated(10, () => '{% set a = [a, a, a, a] %}')}{{ a }}`,
  `{% set a %}xx{% endset %}${repeated(100, () => '{% set a %}{{ a }}{{ a }}{% endset %}')}{{ a }}`,
  '{% set ns = namespace(a=[1]) %}{% for i in range(100) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}',
  '{% set ns = namespace(a=[1]) %}{% for i in range(100) %}{% set ns.a = ns.a + ns.a %}{% endfor %}{{ ns.a }}',
  `${repeated(30, (i) => `{% macro m${i + 1}() %}{{ m${i}() }}{{ m${i}() }}{% endmacro %}`)}{% macro m0() %}x{% endmacro %}{{ m30() }}`,
  '{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}',
  '{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}',
  '{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ m(caller=m) }}{% endcall %}',
  inLoop('y'.repeat(10_000)),
  inLoop('{{ long | safe }}'),
];

describe('a hostile template in Jinja', () => {
  it.each(endless)('is stopped by a limit and told its place: %s', (source) => {
    expect(outcome(source)).toMatchObject({
      failed: {
        message: expect.stringMatching(
          /too much work|over \d+ characters|32 deep|no value for|steps of 0|no macro/,
        ),
        line: 1,
        column: expect.any(Number),
      },
    });
  });

  it.each([
    ['many tags', '{{a}}'.repeat(5_000)],
    ['one vast expression', `{{ [${'1,'.repeat(20_000)}] }}`],
    ['one long list', `{{ [${'1,'.repeat(8_000)}] }}`],
    ['a vast number', `{{ ${'9'.repeat(30_000)} }}`],
    ['deep brackets', `{{ ${'['.repeat(5_000)}${']'.repeat(5_000)} }}`],
    ['deep calls', `{{ ${'range('.repeat(5_000)}1${')'.repeat(5_000)} }}`],
    ['deep blocks', '{% if a %}'.repeat(400) + '{% endif %}'.repeat(400)],
    ['deep negation', `{{ ${'not '.repeat(5_000)}a }}`],
    ['deep signs', `{{ ${'-'.repeat(20_000)}1 }}`],
    ['a long chain', `{{ ${'a ~ '.repeat(5_000)}a }}`],
    ['a long choice', `{{ ${'a if a else '.repeat(1_500)}a }}`],
    ['a long path', `{{ a${'.a'.repeat(5_000)} }}`],
    ['a long chain of filters', `{{ a${'|d'.repeat(5_000)} }}`],
    ['open braces', '{{'.repeat(30_000)],
    ['open statements', '{%'.repeat(30_000)],
    ['open comments', '{#'.repeat(30_000)],
    ['open raw', '{% raw %}'.repeat(7_000)],
    ['blanks before a tag', `${' '.repeat(65_000)}{%`],
    ['blanks in a tag', `{%${' '.repeat(65_000)}raw`],
    ['an endless text', `{{ "${'\\"'.repeat(30_000)}`],
    ['a source over the limit', 'x'.repeat(70_000)],
  ])('is refused when saved: %s', (_, source) => {
    expect(checkTemplate(source, language)).toMatchObject({
      message: expect.any(String),
      line: expect.any(Number),
      column: expect.any(Number),
    });
  });

  it.each([
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.__base__.__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ request.application.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ config.__class__.from_envvar.__globals__.import_string('os').popen('ls').read() }}",
    "{{ namespace.__init__.__globals__.os.popen('id').read() }}",
    "{{ ''|attr('__class__')|attr('__mro__') }}",
    "{{ (rows|map(attribute='__class__')|list)[0].__subclasses__() }}",
    "{% set x = ''.constructor.constructor('return process')() %}{{ x }}",
    "{{ rows.constructor.constructor('return process')().mainModule.require('child_process').execSync('id') }}",
    "{{ rows.map.constructor('return globalThis')() }}",
    "{{ range.constructor('return process')() }}",
    "{{ ''['constructor']['constructor']('return process')() }}",
    '{{ (a => a)(1) }}',
    '{{ `${process}` }}',
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import popen %}",
    "{% extends 'x' %}",
    "{{ lib.request('http://169.254.169.254') }}",
    "{{ lib.load_file_content('/etc/passwd') }}",
    "{{ lib.constructor('return process')() }}",
    '{{ lib.__proto__.constructor() }}',
    '{{ rows | constructor }}',
    '{{ rows | __proto__ }}',
    "{{ rows | map('constructor') }}",
    '{{ 1 is constructor }}',
    "{{ rows.hasOwnProperty('x') }}",
    '{{ rows.append(1) }}',
  ])('finds no way out, and is told so: %s', (source) => {
    const { text, ...problem } = { text: undefined, ...outcome(source) };
    expect(text).toBeUndefined();
    expect(problem).toMatchObject({ refused: { line: 1, column: expect.any(Number) } });
  });

  it.each([
    '{{ rows.constructor }}{{ rows.__proto__ }}{{ "".constructor }}{{ (1).constructor }}',
    '{{ rows["__proto__"]["polluted"] }}{{ rows["const" ~ "ructor"] }}{{ long["length_"] }}',
    '{{ lib_.x }}{{ loop.constructor }}{% for x in [1] %}{{ loop.constructor }}{{ loop["__proto__"] }}{% endfor %}',
    '{% set ns = namespace() %}{{ ns.constructor }}{{ ns.__proto__ }}',
    '{% macro m() %}{% endmacro %}{{ m.constructor }}{{ m.call }}{{ m["__proto__"] }}',
    '{{ joiner.constructor }}{{ range.prototype }}{{ process }}{{ globalThis }}{{ require }}',
    '{{ rows | map(attribute="constructor") | first }}{{ [{}] | map(attribute="__proto__.x") | first }}',
    '{{ {}.constructor }}{{ {"a": 1}.toString }}{{ {} | items | first }}',
  ])('sees nothing of what data is made of: %s', (source) => {
    const rendered = compileTemplate(source, { engine: 'jinja', contentType: 'text' });
    expect('template' in rendered && renderText(rendered.template, context)).toEqual({ value: '' });
  });

  it.each([
    '{% set ns = namespace() %}{% set ns.__proto__ = {"polluted": 1} %}{% set ns.constructor = 1 %}{{ ns | tojson }}',
    '{% set x = {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}} %}{{ x | tojson }}',
    '{% set x = dict(own, __proto__=own) %}{{ x | tojson }}{{ own.__proto__.polluted }}',
    '{% set x = dict([["__proto__", 1]]) %}{{ x }}{% for k, v in own.items() %}{{ k }}{% endfor %}',
    '{{ lib.object(__proto__=own) | tojson }}{{ lib.group([own], "constructor.prototype") | tojson }}',
    '{{ lib.map([own], __proto__="constructor") | tojson }}{{ [own] | groupby("__proto__") | tojson }}',
    '{% macro m(__proto__=own) %}{{ __proto__ }}{% endmacro %}{{ m() }}{{ m(__proto__=own) }}',
    '{% set __proto__ = own %}{% set constructor = own %}{{ __proto__.polluted }}{{ constructor }}',
    '{{ lib.to_dict("{\\"__proto__\\": {\\"polluted\\": 1}}") | tojson }}',
    '{% for __proto__, prototype in [[own, own]] %}{{ __proto__ }}{% endfor %}',
  ])('changes no prototype: %s', (source) => {
    const before = Reflect.ownKeys(Object.prototype);
    expect(outcome(source)).toHaveProperty('text');
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get([], 'polluted')).toBeUndefined();
  });

  it('goes 32 macros deep and no further', () => {
    const source = (depth: number) =>
      `{% macro m(n) %}{% if n > 1 %}{{ m(n - 1) }}{% else %}end{% endif %}{% endmacro %}{{ m(${depth}) }}`;
    expect(outcome(source(32))).toEqual({ text: 'end' });
    expect(outcome(source(33))).toMatchObject({ failed: { message: 'Macros may call each other 32 deep.' } });
  });

  it('takes the same steps every time', () => {
    const spent = Array.from({ length: 3 }, () => outcome(inLoop('{% for m in range(n) %}x{% endfor %}')));
    expect(new Set(spent.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it('leaves the next rendering its whole share', () => {
    expect(outcome(inLoop(inLoop('')))).toHaveProperty('failed');
    expect(outcome('{% for row in rows %}{{ row.id }}{{ row.name }}{% endfor %}')).toHaveProperty('text');
  });
});
