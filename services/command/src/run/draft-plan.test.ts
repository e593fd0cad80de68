import { describe, expect, it } from 'vitest';
import { at, catalogOf, issue, recorded } from '../definition/catalog.fixture.ts';
import { planOf, plannable } from './current-plan.ts';
import { draftPlan } from './draft-plan.ts';

const action = (slug: string, parametersTemplate: string) =>
  recorded('ActionCreated', `action-wact_${slug}`, 0, {
    id: `wact_${slug}`,
    slug,
    definition: { name: slug, actionType: 'data_mapping', parametersTemplate, connectionId: null },
    at,
  });

/** A workflow of one action, switched off. */
const saved = () =>
  catalogOf(
    action('map', '{"n": 1}'),
    action('other', '{"n": 2}'),
    recorded('WorkflowCreated', 'workflow-wkfl_1', 0, {
      id: 'wkfl_1',
      slug: 'orders',
      isActive: false,
      definition: {
        name: 'Orders',
        description: null,
        actionNodes: [{ order: 1, slug: 'map' }],
        metadata: {},
        templateSlug: null,
      },
      at,
    }),
  );

const stepsOf = (planned: ReturnType<typeof draftPlan>) => {
  if ('refused' in planned) throw new Error(JSON.stringify(planned));
  return planned.plan.steps.flatMap(({ actions }) =>
    actions.map(({ slug, parametersTemplate }) => [slug, parametersTemplate]),
  );
};

describe('a draft', () => {
  it('of a workflow is planned as if it were saved, and saves nothing', () => {
    const catalog = saved();
    const changed = { slug: 'map', parametersTemplate: '{"n": 3}' };
    const added = { name: 'Added', actionType: 'data_mapping', parametersTemplate: '{"n": 4}' } as const;
    const actionNodes = [
      { order: 1, slug: 'map' },
      { order: 2, slug: 'other' },
      { order: 3, index: 1 },
    ];
    const planned = draftPlan(catalog, 'wkfl_1', { actions: [changed, added], actionNodes }, issue);
    expect(stepsOf(planned)).toEqual([
      ['map', '{"n": 3}'],
      ['other', '{"n": 2}'],
      ['added', '{"n": 4}'],
    ]);
    const found = plannable(catalog, 'wkfl_1');
    expect('entry' in found && planOf(catalog, found.entry).steps[0]?.actions[0]?.parametersTemplate).toBe(
      '{"n": 1}',
    );
    expect(catalog.actionBySlug('added')).toBeUndefined();
  });

  it('of nothing is planned as a new workflow', () => {
    const actions = [{ name: 'First', actionType: 'data_mapping', parametersTemplate: '{}' } as const];
    expect(
      stepsOf(draftPlan(catalogOf(), undefined, { actions, actionNodes: [{ order: 1, index: 0 }] }, issue)),
    ).toEqual([['first', '{}']]);
  });

  it('is refused for what saving it would be refused for', () => {
    const broken = { slug: 'map', parametersTemplate: '{{#if' };
    expect(draftPlan(saved(), 'wkfl_1', { actions: [broken] }, issue)).toMatchObject({
      refused: [{ field: 'actions[0].parameters_template' }],
    });
    expect(draftPlan(saved(), 'wkfl_2', {}, issue)).toMatchObject({ refused: [{ code: 'not-found' }] });
  });
});
