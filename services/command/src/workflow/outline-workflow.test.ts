import { describe, expect, it } from 'vitest';
import { createCatalog } from '../catalog/catalog.ts';
import { at, catalogOf, fieldsOf, issue, recorded } from '../definition/catalog.fixture.ts';
import { outlineCreateWorkflow, outlineUpdateWorkflow } from './outline-workflow.ts';

const mapping = {
  name: 'Map orders',
  actionType: 'data_mapping',
  parametersTemplate: '{"count": {{parameters.count}}}',
} as const;

const anAction = (slug: string) =>
  recorded('ActionCreated', `action-wact_${slug}`, 0, {
    id: `wact_${slug}`,
    slug,
    definition: { ...mapping, name: slug },
    at,
  });

const base = { name: 'Orders', actionNodes: [{ order: 1, index: 0 }], actions: [mapping] };

describe('creating a workflow', () => {
  it('makes its actions first and itself last, so that nobody runs what is half there', () => {
    const outline = outlineCreateWorkflow(
      catalogOf(),
      { ...base, trigger: { triggerType: 'webhook' } },
      issue,
    );
    expect(fieldsOf(outline)).toEqual(['action', 'trigger', 'workflow']);
    expect(outline).toMatchObject({
      changes: [
        { command: { slug: 'map_orders' } },
        {},
        { command: { isActive: true, definition: { actionNodes: [{ order: 1, slug: 'map_orders' }] } } },
      ],
    });
  });

  it('gives a repeated command the same ids', () => {
    expect(outlineCreateWorkflow(catalogOf(), base, issue)).toEqual(
      outlineCreateWorkflow(catalogOf(), base, issue),
    );
  });

  it('references saved actions by slug', () => {
    const outline = outlineCreateWorkflow(
      catalogOf(anAction('saved')),
      { name: 'Orders', actionNodes: [{ order: 0, slug: 'saved' }] },
      issue,
    );
    expect(fieldsOf(outline)).toEqual(['workflow']);
  });

  it.each([
    ['an unknown slug', { actionNodes: [{ order: 1, slug: 'nope' }] }, ['action_nodes[0].slug']],
    ['an index beyond the actions', { actionNodes: [{ order: 1, index: 1 }] }, ['action_nodes[0].index']],
    ['a node that names nothing', { actionNodes: [{ order: 1 }] }, ['action_nodes[0]']],
    [
      'two actions of one slug',
      { actions: [mapping, { ...mapping, name: 'map  Orders' }] },
      ['actions[1].name'],
    ],
    ['the slug of a saved action', { actions: [{ ...mapping, name: 'Saved' }] }, ['actions[0].name']],
    [
      'an action placed twice',
      { actionNodes: [0, 1].map((order) => ({ order, index: 0 })) },
      ['action_nodes[1]'],
    ],
    [
      'a template that does not compile',
      { actions: [{ ...mapping, parametersTemplate: '{\n"a": {{#if x}}1\n}' }] },
      ['actions[0].parameters_template'],
    ],
    [
      'a request without host and method',
      { actions: [{ name: 'Get', actionType: 'http_request' as const }] },
      ['actions[0].host', 'actions[0].method'],
    ],
    [
      'a schedule that says no times',
      { trigger: { triggerType: 'scheduled' as const } },
      ['trigger.schedule'],
    ],
    [
      'a secret without the header that carries it',
      { trigger: { triggerType: 'webhook' as const, sealedSecret: { sealed: 'v1', fingerprint: 'f' } } },
      ['trigger.secret_key'],
    ],
  ])('refuses %s, naming the field', (_, change, fields) => {
    const outline = outlineCreateWorkflow(catalogOf(anAction('saved')), { ...base, ...change }, issue);
    expect('refused' in outline).toBe(true);
    expect(fieldsOf(outline)).toEqual(fields);
  });

  it('refuses a template that names a step which does not run before, and proposes the nearest', () => {
    const later = {
      ...mapping,
      name: 'Later',
      parametersTemplate: '{"n": {{steps.map_order.response.count}}}',
    };
    const input = {
      ...base,
      actions: [mapping, later],
      actionNodes: [0, 1].map((index) => ({ order: index, index })),
    };
    expect(outlineCreateWorkflow(catalogOf(), input, issue)).toMatchObject({
      refused: [{ field: 'actions[1].parameters_template', message: expect.stringContaining('map_orders') }],
    });
    const backwards = { ...input, actionNodes: [0, 1].map((index) => ({ order: 9 - index, index })) };
    expect(fieldsOf(outlineCreateWorkflow(catalogOf(), backwards, issue))).toEqual([
      'actions[1].parameters_template',
    ]);
  });

  it('names everything that is wrong at once', () => {
    const outline = outlineCreateWorkflow(
      catalogOf(),
      { ...base, actionNodes: [{ order: 1, slug: 'nope' }], trigger: { triggerType: 'scheduled' } },
      issue,
    );
    expect(fieldsOf(outline)).toEqual(['action_nodes[0].slug', 'trigger.schedule']);
  });
});

describe('updating a workflow', () => {
  const definition = { name: 'Orders', description: 'd', actionNodes: [], metadata: {}, templateSlug: null };
  const created = recorded('WorkflowCreated', 'workflow-wkfl_1', 0, {
    id: 'wkfl_1',
    slug: 'orders',
    isActive: true,
    definition,
    at,
  });

  it('keeps what is not given and clears what is null', () => {
    const outline = outlineUpdateWorkflow(catalogOf(created), { id: 'wkfl_1', description: null }, issue);
    expect(outline).toMatchObject({
      changes: [{ command: { definition: { name: 'Orders', description: null } } }],
    });
  });

  it('knows the workflows of its own organisation only', () => {
    const catalog = createCatalog();
    catalog.apply(created);
    const outline = outlineUpdateWorkflow(catalog.of('org_2'), { id: 'wkfl_1' }, issue);
    expect(outline).toMatchObject({ refused: [{ code: 'not-found', field: 'id' }] });
  });
});
