import { describe, expect, it } from 'vitest';
import { inputPathOf, payloadOf } from './input.ts';

describe('a mutation’s input', () => {
  it('becomes the command’s payload', () => {
    const input = {
      name: ' Orders ',
      action_nodes: [{ order: 1, index: 0 }],
      actions: [{ name: 'Fetch', action_type: 'http_request', parameters_template: '{{x}}' }],
      template_slug: null,
    };
    expect(payloadOf('create_workflow', input)).toEqual({
      payload: {
        name: 'Orders',
        actionNodes: [{ order: 1, index: 0 }],
        actions: [{ name: 'Fetch', actionType: 'http_request', parametersTemplate: '{{x}}' }],
        templateSlug: null,
      },
    });
  });

  it('keeps the user’s own keys in metadata as they are', () => {
    const input = { name: 'n', action_nodes: [], metadata: { shop_id: { deep_key: null } } };
    expect(payloadOf('create_workflow', input)).toMatchObject({
      payload: { metadata: { shop_id: { deep_key: null } } },
    });
  });

  it('tells a null that clears a field from one that cannot', () => {
    expect(
      payloadOf('update_workflow', { id: 'wkfl_1', name: null, metadata: null, description: null }),
    ).toEqual({
      payload: { id: 'wkfl_1', description: null },
    });
  });

  it('names each wrong field by its path in the input', () => {
    const input = {
      name: '',
      action_nodes: [{ order: -1 }],
      actions: [{ name: 'x'.repeat(51), port: 70_000 }],
      metadata: 'text',
    };
    expect(payloadOf('create_workflow', input)).toEqual({
      errors: expect.arrayContaining([
        { field: 'name', messages: ['must not be empty'] },
        { field: 'action_nodes[0].order', messages: ['must not be negative'] },
        { field: 'actions[0].name', messages: ['must have at most 50 characters'] },
        { field: 'actions[0].port', messages: [expect.any(String)] },
        { field: 'metadata', messages: ['must be a JSON object'] },
      ]),
    });
  });
});

describe('the path of a refused field', () => {
  it.each([
    ['actionNodes[0].slug', 'action_nodes[0].slug'],
    ['actions[1].parametersTemplate', 'actions[1].parameters_template'],
    ['action_nodes[0].slug', 'action_nodes[0].slug'],
    ['trigger.sealedSecret', 'trigger.secret'],
    ['metadata.shopId', 'metadata.shopId'],
    ['', ''],
  ])('%j is said as %j', (commandPath, inputPath) => {
    expect(inputPathOf(commandPath)).toBe(inputPath);
  });
});
