import { describe, expect, it } from 'vitest';
import { problemOf } from './render.fixture.ts';

const context = {
  credentials: { key: 'sk_canary_1' },
  connection: { key: 'sk_canary_2', token: '"sk_canary_3' },
  metafields: { key: 'sk_canary_4' },
  parameters: { name: 'Ann' },
};

describe('a problem of a template that reads secrets', () => {
  it.each([
    ['handlebars', '{"a": {{{credentials.key}}} }'],
    ['handlebars', '{"a": {{add connection.key 1}} }'],
    ['handlebars', '{"a": "{{{connection.token}}}"}'],
    ['handlebars', '{{#with connection}}{{divide key 1}}{{/with}}'],
    ['handlebars', '{{#each this}}{{date key}}{{/each}}'],
    ['handlebars', '{"a": {{filter (list 1) "x" metafields.key 1}} }'],
    ['jinja', '{"a": {{ credentials.key | safe }}}'],
    ['jinja', '{"a": {{ connection.key / 2 }}}'],
    ['jinja', '{% set c = connection %}{{ c.key + 1 }}'],
    ['jinja', '{% for k, v in connection.items() %}{{ -v }}{% endfor %}'],
    ['jinja', '{{ [1] | map(metafields.key) }}'],
    ['jinja', '{{ [1] | select(metafields.key) }}'],
    ['jinja', '{{ lib.date(connection["k" ~ "ey"]) }}'],
  ] as const)('shows none of them (%s): %s', (engine, source) => {
    const problem = problemOf(source, context, engine);
    expect(problem).toBeDefined();
    expect(JSON.stringify(problem)).not.toContain('canary');
  });

  it('still has its place, and its reason', () => {
    expect(problemOf('{"a": 1,\n "b": {{ lib.date(connection.key) }}}', context, 'jinja')).toMatchObject({
      message: 'date needs a date, but got a value that is not shown.',
      line: 2,
      column: 10,
    });
    expect(problemOf('{"a": {{ lib.date(parameters.name) }}}', context, 'jinja')?.message).toContain('"Ann"');
  });
});
