import { describe, expect, it } from 'vitest';
import {
  laterWorkflowFields,
  workflow,
  type WorkflowCommand,
  type WorkflowDefinition,
  type WorkflowEvent,
} from './workflow.ts';

const at = '2026-11-22T09:00:00.000Z';
const definition: WorkflowDefinition = {
  name: 'Orders',
  description: null,
  actionNodes: [],
  ...laterWorkflowFields,
  metadata: {},
  templateSlug: null,
};
const create: WorkflowCommand = {
  type: 'CreateWorkflow',
  id: 'wkfl_1',
  slug: 'orders',
  isActive: true,
  definition,
  at,
};
const created: WorkflowEvent = {
  type: 'WorkflowCreated',
  data: { id: 'wkfl_1', slug: 'orders', isActive: true, definition, at },
};
const deleted: WorkflowEvent = { type: 'WorkflowDeleted', data: { at } };

const given = (...events: readonly WorkflowEvent[]) => ({
  when: (command: WorkflowCommand) =>
    workflow.decide(events.reduce(workflow.evolve, workflow.initial), command),
});

describe('a workflow', () => {
  it('is created once', () => {
    expect(given().when(create)).toEqual({ accepted: [created] });
    expect(given(created).when(create)).toMatchObject({ rejected: { code: 'already-exists' } });
  });

  it('is switched off and on, and switching it to what it is changes nothing', () => {
    expect(given(created).when({ type: 'ActivateWorkflow', at })).toEqual({ accepted: [] });
    const off: WorkflowEvent = { type: 'WorkflowDeactivated', data: { at } };
    expect(given(created).when({ type: 'DeactivateWorkflow', at })).toEqual({ accepted: [off] });
    expect(given(created, off).when({ type: 'ActivateWorkflow', at })).toEqual({
      accepted: [{ type: 'WorkflowActivated', data: { at } }],
    });
  });

  it('is revised and switched by one command', () => {
    const decision = given(created).when({ type: 'ReviseWorkflow', definition, isActive: false, at });
    expect(decision).toMatchObject({
      accepted: [{ type: 'WorkflowRevised' }, { type: 'WorkflowDeactivated' }],
    });
  });

  it.each<WorkflowCommand>([
    { type: 'ReviseWorkflow', definition, isActive: undefined, at },
    { type: 'ActivateWorkflow', at },
    { type: 'DeleteWorkflow', at },
  ])('takes no $type before it was made or after it was deleted', (command) => {
    expect(given().when(command)).toMatchObject({ rejected: { code: 'not-found' } });
    expect(given(created, deleted).when(command)).toMatchObject({ rejected: { code: 'not-found' } });
  });
});
