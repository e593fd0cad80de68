import { describe, expect, it } from 'vitest';
import { planAction } from './action-types.ts';
import { aContext, anAction } from './planned-action.fixture.ts';

const steps = { shopify_orders: { response: { orders: [{ id: 1, customer: 'Ann "A"' }], count: 11 } } };

const map = (parametersTemplate: string, contentType: 'json' | 'text' | 'xml' | 'form' | null = null) =>
  planAction(
    anAction({ actionType: 'data_mapping', parametersTemplate, contentType }),
    aContext({ steps }),
    undefined,
  );

const judge = (parametersTemplate: string) =>
  planAction(anAction({ actionType: 'conditional', parametersTemplate }), aContext({ steps }), undefined);

describe('a mapping', () => {
  it('has the parsed JSON as its output', () => {
    const template =
      '{"orders": [{{#each steps.shopify_orders.response.orders}}{"id": {{id}}, "for": "{{customer}}"}{{/each}}]}';
    expect(map(template)).toEqual({
      pure: { succeeded: { output: { orders: [{ id: 1, for: 'Ann "A"' }] } } },
    });
  });

  it('of another content type has its text', () => {
    expect(map('<c>{{steps.shopify_orders.response.orders.[0].customer}}</c>', 'xml')).toEqual({
      pure: { succeeded: { output: '<c>Ann &quot;A&quot;</c>' } },
    });
    expect(map('n: {{steps.shopify_orders.response.count}}', 'text')).toEqual({
      pure: { succeeded: { output: 'n: 11' } },
    });
  });

  it('that renders no JSON fails with the rendered excerpt and its place', () => {
    expect(map('{"n": {{steps.shopify_orders.response.count}} "x"}')).toEqual({
      failed: {
        code: 'invalid-json',
        message: expect.stringMatching(
          /^parameters_template, line 1, column 10 of what it rendered: .* Near: {"n": 11 "x"}$/,
        ),
        details: { field: 'parameters_template', line: 1, column: 10, excerpt: '{"n": 11 "x"}' },
      },
    });
  });

  it('that cannot be rendered fails with its place in the template', () => {
    expect(map('{"n":\n {{nope 1}}}')).toMatchObject({
      failed: { code: 'template-failed', details: { line: 2, column: 2 } },
    });
  });
});

describe('a template', () => {
  it('sees the notes of its action over those of the workflow, its fields, its connection and its time', () => {
    const action = anAction({
      actionType: 'data_mapping',
      metadata: { team: 'ops' },
      metafields: { region: 'eu' },
      parametersTemplate:
        '[{{json metadata.team}}, {{json metadata.owner}}, {{json metafields.region}}, {{json now}}, {{json connection}}]',
    });
    const context = aContext({ metadata: { team: 'sales', owner: 'Ann' }, now: '2026-01-01T00:00:00.000Z' });
    expect(planAction(action, context, undefined)).toEqual({
      pure: { succeeded: { output: ['ops', 'Ann', 'eu', '2026-01-01T00:00:00.000Z', {}] } },
    });
  });

  it('may be written in Jinja', () => {
    const action = anAction({
      actionType: 'data_mapping',
      templateEngine: 'jinja',
      parametersTemplate:
        '{"n": {{ steps.shopify_orders.response.count + 1 }}, "status": {{ steps.shopify_orders.status }}}',
    });
    const withStatus = { shopify_orders: { ...steps.shopify_orders, status: 200 } };
    expect(planAction(action, aContext({ steps: withStatus }), undefined)).toEqual({
      pure: { succeeded: { output: { n: 12, status: 200 } } },
    });
  });
});

describe('a condition', () => {
  it.each([
    ['{"result": {{gt steps.shopify_orders.response.count 10}}}', true],
    ['{"result": "{{gt steps.shopify_orders.response.count 20}}"}', false],
    ['{{#if steps.shopify_orders.response.orders}}yes{{else}}no{{/if}}', true],
    ['result: {{eq steps.shopify_orders.response.count 0}}', false],
    ['{{steps.shopify_orders.response.missing}}', false],
  ])('%s passes: %s', (template, passed) => {
    expect(judge(template)).toEqual({ pure: { succeeded: { output: { result: passed }, passed } } });
  });

  it('that is neither true nor false fails and says what to render', () => {
    expect(judge('maybe')).toMatchObject({
      failed: { code: 'unclear-condition', message: expect.stringContaining('"maybe"') },
    });
  });
});
