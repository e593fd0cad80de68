import { describe, expect, it } from 'vitest';
import { checkTemplate } from './index.ts';

const problem = (source: string, steps?: readonly string[]) =>
  checkTemplate(source, {
    engine: 'handlebars',
    contentType: 'json',
    ...(steps === undefined ? {} : { steps }),
  });

describe('saving a template', () => {
  it('accepts what can be rendered', () => {
    expect(problem('{"a":{{x}},"b":[{{#each l}}{{this}}{{/each}}]}')).toBeUndefined();
    expect(problem('')).toBeUndefined();
  });

  it.each([
    ['a block that is not closed', '{"a":\n  {{#each x}} 1 }', 2, 18, 'is not closed'],
    ['a block closed by another', '{\n{{#each x}}{{/if}} }', 2, 4, 'close it with {{/each}}'],
    ['an expression that is not closed', 'x\n {{a', 2, 2, '}} is missing'],
    ['an empty expression', '[{{ }}]', 1, 5, 'name or a value is missing'],
    ['a stray end', 'a {{/if}}', 1, 3, 'not open'],
    ['a stray else', 'a {{else}}', 1, 3, 'belongs to no block'],
    ['an unquoted text', '{{eq a b!}}', 1, 8, 'needs quotes'],
    ['a comparison by a sign', '{{#if a > 1}}{{/if}}', 1, 9, 'needs quotes'],
    ['a brace right before an expression', '{"o": {{{x}}: 1}}', 1, 7, 'leave a space'],
    ['a raw block', '{{{{raw}}}}x{{{{/raw}}}}', 1, 1, 'no raw blocks'],
    ['a partial', 'ab{{> other}}', 1, 3, 'no partials'],
    ['a partial block', '{{#> other}}{{/other}}', 1, 1, 'no partials'],
    ['a decorator', '{{* d}}', 1, 1, 'no decorators'],
    ['log and other helpers that reach out', '{{log "secret"}}', 1, 1, 'no helper log'],
    ['a helper with too few arguments', '{{eq a}}', 1, 1, '(eq a b)'],
    ['a helper with too many arguments', '{{upper a b}}', 1, 1, '(upper text)'],
    ['a helper with an unknown option', '{{date a zone="x"}}', 1, 1, 'no option zone'],
    ['an if without a call’s parentheses', '{{#if eq a b}}{{/if}}', 1, 1, '{{#if (helper a b)}}'],
    ['a block used as a value', '{{if a b}}', 1, 1, 'if is a block'],
    ['a member that is called', '{{a.b c}}', 1, 1, 'Only a helper takes arguments'],
    ['an unknown loop variable', '{{@idx}}', 1, 3, '@index'],
  ])('refuses %s, at its line and column', (_, source, line, column, message) => {
    expect(problem(source)).toMatchObject({ line, column, message: expect.stringContaining(message) });
  });

  it('names the nearest helper', () => {
    expect(problem('{{lenght x}}')?.message).toBe('There is no helper lenght; did you mean length?');
    expect(problem('{{#eech x}}{{/eech}}')?.message).toBe('There is no helper eech; did you mean each?');
  });

  it('names the nearest step, or the steps there are', () => {
    const steps = ['shopify_orders', 'count'];
    expect(problem('{"a":{{steps.shopify_ordrs.response.x}}}', steps)).toEqual({
      message: 'No step before this one is named shopify_ordrs; did you mean shopify_orders?',
      line: 1,
      column: 8,
      excerpt: '{"a":{{steps.shopify_ordrs.response.x}}}',
    });
    expect(problem('{{#each x}}{{steps.other}}{{/each}}', steps)?.message).toContain(
      'there are shopify_orders, count',
    );
    expect(problem('{{#each x}}{{@root.steps.other}}{{../steps.other}}{{/each}}', steps)).toMatchObject({
      column: 14,
    });
    expect(problem('{{steps.a}}', [])?.message).toContain('No step runs before this one');
    expect(
      problem('{{steps.count.response}}{{#each x}}{{steps.count}}{{this.steps.no}}{{/each}}', steps),
    ).toBeUndefined();
    expect(problem('{{steps.unknown}}')).toBeUndefined();
  });

  it('recognises a slip in the context’s names, and leaves names of the data alone', () => {
    expect(problem('{{paramters.limit}}')?.message).toContain('did you mean parameters?');
    expect(problem('{{step.a}}')?.message).toContain('did you mean steps?');
    expect(problem('{{customer_email}}{{#each x as |step|}}{{step}}{{/each}}')).toBeUndefined();
  });
});
