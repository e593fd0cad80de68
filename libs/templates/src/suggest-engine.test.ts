import { describe, expect, it } from 'vitest';
import { checkTemplate, suggestEngine } from './index.ts';

describe('the language that a source looks like', () => {
  it.each([
    '{% for x in y %}{{ x }}{% endfor %}',
    '{# note #}{{ a }}',
    '{"result": "{{steps.order_count.response.count > 10}}"}',
    '{{ a | default("x") }}',
    '{{ "," if not loop.last }}',
    '{{ a ~ b }}',
    '{{ lib.to_money(x) }}',
    '{{ orders[0].id }}',
    '{{- a == 1 -}}',
  ])('is Jinja: %s', (source) => {
    expect(suggestEngine(source)).toBe('jinja');
  });

  it.each([
    '{{#each orders}}{{id}}{{/each}}',
    '{{#if (gt total 10)}}{{/if}}',
    '{{upper name}}',
    '{{{raw}}}',
    '{{else}}',
    '{{../name}}',
    '{{@index}}',
    '{{! note }}',
    '{{lib.to_money total}}',
  ])('is Handlebars: %s', (source) => {
    expect(suggestEngine(source)).toBe('handlebars');
  });

  it.each(['', '{"limit": "{{parameters.limit}}"}', '{{ a.b }}', 'a {{ b', '{% if x %}{{#each y}}'])(
    'could be either: %s',
    (source) => {
      expect(suggestEngine(source)).toBeUndefined();
    },
  );

  it('takes no time over a source made to take it', () => {
    for (const part of ['{{', '{{ a', '{%', '{{#', '{{ "', ' ', '{'])
      expect(() => suggestEngine(part.repeat(30_000))).not.toThrow();
  });

  it.each([
    ['handlebars', '{% for x in y %}{{ x }}{% endfor %}', 'set template_engine to jinja', 1],
    ['handlebars', '{"a":\n "{{ b > 10 }}"}', 'set template_engine to jinja', 2],
    ['jinja', '{"a": {{#if b}}1{{/if}}}', 'set template_engine to handlebars', 1],
    ['jinja', '{{upper name}}', 'set template_engine to handlebars', 1],
  ] as const)('is said where a template is not in %s: %s', (engine, source, message, line) => {
    expect(checkTemplate(source, { engine, contentType: 'json' })).toMatchObject({
      message: expect.stringContaining(message),
      line,
    });
  });
});
