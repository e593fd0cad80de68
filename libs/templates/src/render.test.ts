import { describe, expect, it } from 'vitest';
import { json, problemOf, text } from './render.fixture.ts';

const orders = [
  { id: 1, name: 'A', customer: { first_name: 'Ann' }, items: [{ sku: 'x' }, { sku: 'y' }] },
  { id: 2, name: 'B', customer: null, items: [] },
];
const context = {
  parameters: { shop: 'S', none: [] },
  steps: { fetch: { response: { orders } } },
  metadata: {},
};

describe('blocks', () => {
  it('loop over lists with index, first, last, the outer scopes and an else', () => {
    expect(
      text(
        '{{#each steps.fetch.response.orders}}{{@index}}{{#if @first}}f{{/if}}{{#if @last}}l{{/if}}:{{name}}' +
          '({{#each items}}{{@../index}}{{../name}}{{sku}}{{else}}none{{/each}}) {{/each}}',
        context,
      ),
    ).toBe('0f:A(0Ax0Ay) 1l:B(none) ');
  });

  it('loop over objects with their keys, and name what they loop over', () => {
    expect(
      text('{{#each o as |value key|}}{{key}}={{value}} {{@key}};{{/each}}', { o: { a: 1, b: 2 } }),
    ).toBe('a=1 a;b=2 b;');
    expect(
      text('{{#each l as |x i|}}{{#each x.items as |y|}}{{i}}{{x.name}}{{y.sku}} {{/each}}{{/each}}', {
        l: orders,
      }),
    ).toBe('0Ax 0Ay ');
  });

  it('choose with if, else if, else and unless; zero, empty and missing are false', () => {
    const source = '{{#if a}}a{{else if b}}b{{else}}c{{/if}}{{#unless a}}!{{/unless}}';
    expect(text(source, { a: 1 })).toBe('a');
    expect(text(source, { a: 0, b: 'x' })).toBe('b!');
    expect(text(source, { a: [], b: '' })).toBe('c!');
  });

  it('enter a value with with', () => {
    expect(
      text(
        '{{#with customer as |c|}}{{first_name}}{{c.first_name}}{{../name}}{{else}}nobody{{/with}}',
        orders[0],
      ),
    ).toBe('AnnAnnA');
    expect(text('{{#with customer}}x{{else}}nobody{{/with}}', orders[1])).toBe('nobody');
  });

  it('may be headed by a name or by a helper', () => {
    expect(text('{{#items}}{{sku}}{{/items}}{{^none}}none{{/none}}', orders[0])).toBe('xynone');
    expect(text('{{#eq name "A"}}yes {{id}}{{else}}no{{/eq}}', orders[0])).toBe('yes 1');
    expect(text('{{#filter items "sku" "x"}}{{sku}}{{/filter}}', orders[0])).toBe('x');
  });

  it('reach the context by its names from within, unless the data has the name itself', () => {
    expect(
      text('{{#each items}}{{parameters.shop}}{{@root.parameters.shop}}{{/each}}', {
        ...context,
        ...orders[0],
      }),
    ).toBe('SSSS');
    expect(
      text('{{#each l}}{{metadata.a}}{{/each}}', {
        l: [{ metadata: { a: 'own' } }],
        metadata: { a: 'outer' },
      }),
    ).toBe('own');
  });
});

describe('names', () => {
  it('are data where they have no arguments, also a helper’s', () => {
    expect(
      text('{{date}} {{length}} {{o.sum}} {{this.first}}', {
        date: 'd',
        length: 'l',
        first: 'f',
        o: { sum: 's' },
      }),
    ).toBe('d l s f');
  });

  it('reach into lists and into names that are no identifiers', () => {
    expect(
      text('{{items.[1].sku}}{{items.1.sku}}{{items.length}}{{[a b].c}}', {
        ...orders[0],
        'a b': { c: 'C' },
      }),
    ).toBe('yy2C');
  });

  it('are what the data itself has: a prototype is nothing', () => {
    const names = [
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      'constructor.constructor',
      '__proto__.polluted',
    ];
    for (const name of names)
      expect(
        json(`[{{${name}}}, {{o.${name}}}, {{l.${name}}}, {{s.${name}}}]`, { o: {}, l: [], s: '' }),
      ).toEqual([null, null, null, null]);
    expect(json('{{json (map l x="constructor.name")}}', { l: [{}] })).toEqual([{ x: null }]);
    expect(json('[{{#each o}}{{@key}}{{/each}}]', { o: JSON.parse('{"__proto__": {"x": 1}}') })).toEqual([
      '__proto__',
    ]);
  });
});

describe('a rendering that fails', () => {
  it('says at which line and column of the template', () => {
    expect(problemOf('{"a": 1,\n "b": {{divide 1 x}}}', { x: 0 })).toEqual({
      code: 'template-failed',
      message: 'divide by zero; guard it with {{#if}}.',
      line: 2,
      column: 7,
      excerpt: '"b": {{divide 1 x}}}',
    });
    // A brace next to an expression is set apart before parsing: the column must not move.
    expect(problemOf('{"a":{"b":{{x}}},"c":{{divide 1 x}}}', { x: 0 })).toMatchObject({
      line: 1,
      column: 22,
    });
  });

  it.each([
    ['{"a": {{x}}, }', 'expected a name in double quotes, but found }', 1, 14],
    ['{"a": {{{x}}} }', 'Ann is not JSON; a text needs double quotes', 1, 7],
    ['{"a": "b" "c": 1}', 'expected a comma or }, but found "c"', 1, 11],
    ['{"a": [1,\n2,]}', 'expected a value, but found ]', 2, 3],
    ['{"a": 1', 'expected a comma or }, but the text ends', 1, 8],
    ['{"a": "b}', 'this text is not closed, or holds a line break or a wrong escape', 1, 7],
    ['{"a": 01}', '01} is not JSON; a text needs double quotes', 1, 7],
    ['{"a": 1} x', 'x is not JSON; a text needs double quotes', 1, 10],
    ['{"a": 1} 2', 'expected the end, but found 2', 1, 10],
    ['{"a" 1}', 'expected :, but found 1', 1, 6],
    ['{1: 1}', 'expected a name in double quotes or }, but found 1', 1, 2],
    ['[}', 'expected a value or ], but found }', 1, 2],
    ['{{#if no}}1{{/if}}', 'it is empty', 1, 1],
  ])('says what is wrong with the JSON it rendered, and shows it: %s', (source, said, line, column) => {
    const problem = problemOf(source, { x: 'Ann' });
    expect(problem).toMatchObject({ code: 'invalid-json', line, column });
    expect(problem?.message).toContain(said);
  });

  it('shows the rendered text, not the template', () => {
    expect(problemOf('{"name": {{{x}}} }', { x: 'Ann' })?.excerpt).toBe('{"name": Ann }');
  });
});
