import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';
import type { JsonObject } from '../json.ts';
import { refusal, type Refusal } from './refusal.ts';

/** One action's place: equal orders run together, a higher order after all lower ones. */
export type ActionNode = Readonly<{ order: number; slug: string }>;

/** What a failed action means for those that run together with it. */
export const failurePolicies = ['finish', 'cancel'] as const;
export type FailurePolicy = (typeof failurePolicies)[number];

export type WorkflowDefinition = Readonly<{
  name: string;
  description: string | null;
  actionNodes: readonly ActionNode[];
  /** From the start of a run; null: no limit. */
  runTimeoutMs: number | null;
  onFailure: FailurePolicy;
  metadata: JsonObject;
  templateSlug: string | null;
}>;

/** What these fields are unless something is said. */
export const laterWorkflowFields = { runTimeoutMs: null, onFailure: 'finish' } as const;
type Later = keyof typeof laterWorkflowFields;

/** A definition as its event has it, with what fields mean that are younger than the event. */
export const completeWorkflow = (
  definition: Omit<WorkflowDefinition, Later> & Partial<Pick<WorkflowDefinition, Later>>,
): WorkflowDefinition => ({ ...laterWorkflowFields, ...definition });

export type WorkflowCreated = Event<
  'WorkflowCreated',
  { id: string; slug: string; isActive: boolean; definition: WorkflowDefinition; at: string }
>;
export type WorkflowRevised = Event<'WorkflowRevised', { definition: WorkflowDefinition; at: string }>;
export type WorkflowActivated = Event<'WorkflowActivated', { at: string }>;
export type WorkflowDeactivated = Event<'WorkflowDeactivated', { at: string }>;
export type WorkflowDeleted = Event<'WorkflowDeleted', { at: string }>;
export type WorkflowEvent =
  WorkflowCreated | WorkflowRevised | WorkflowActivated | WorkflowDeactivated | WorkflowDeleted;

export const isWorkflowEvent = eventGuard<WorkflowEvent>({
  WorkflowCreated: true,
  WorkflowRevised: true,
  WorkflowActivated: true,
  WorkflowDeactivated: true,
  WorkflowDeleted: true,
});

export type WorkflowCommand =
  | {
      type: 'CreateWorkflow';
      id: string;
      slug: string;
      isActive: boolean;
      definition: WorkflowDefinition;
      at: string;
    }
  | { type: 'ReviseWorkflow'; definition: WorkflowDefinition; isActive: boolean | undefined; at: string }
  | { type: 'ActivateWorkflow'; at: string }
  | { type: 'DeactivateWorkflow'; at: string }
  | { type: 'DeleteWorkflow'; at: string };

export type WorkflowState =
  | { readonly status: 'absent' }
  | { readonly status: 'deleted' }
  | {
      readonly status: 'live';
      readonly id: string;
      readonly slug: string;
      readonly isActive: boolean;
      readonly definition: WorkflowDefinition;
    };

const evolve = (state: WorkflowState, event: WorkflowEvent): WorkflowState => {
  switch (event.type) {
    case 'WorkflowCreated': {
      const { id, slug, isActive, definition } = event.data;
      return { status: 'live', id, slug, isActive, definition: completeWorkflow(definition) };
    }
    case 'WorkflowRevised':
      return state.status === 'live'
        ? { ...state, definition: completeWorkflow(event.data.definition) }
        : state;
    case 'WorkflowActivated':
      return state.status === 'live' ? { ...state, isActive: true } : state;
    case 'WorkflowDeactivated':
      return state.status === 'live' ? { ...state, isActive: false } : state;
    case 'WorkflowDeleted':
      return { status: 'deleted' };
  }
};

const switched = (isActive: boolean, at: string): WorkflowEvent =>
  isActive ? { type: 'WorkflowActivated', data: { at } } : { type: 'WorkflowDeactivated', data: { at } };

const decide: Decider<WorkflowState, WorkflowCommand, WorkflowEvent, Refusal>['decide'] = (
  state,
  command,
) => {
  const { at } = command;
  if (command.type === 'CreateWorkflow') {
    if (state.status !== 'absent')
      return reject(refusal('already-exists', 'id', 'A workflow with this id exists.'));
    const { id, slug, isActive, definition } = command;
    return accept({ type: 'WorkflowCreated', data: { id, slug, isActive, definition, at } });
  }
  if (state.status !== 'live') {
    return reject(refusal('not-found', 'id', 'No workflow has this id; list them with the workflows query.'));
  }
  switch (command.type) {
    case 'ReviseWorkflow': {
      const revised: WorkflowEvent = {
        type: 'WorkflowRevised',
        data: { definition: command.definition, at },
      };
      const { isActive } = command;
      return isActive === undefined || isActive === state.isActive
        ? accept(revised)
        : accept(revised, switched(isActive, at));
    }
    case 'ActivateWorkflow':
      return state.isActive ? accept() : accept(switched(true, at));
    case 'DeactivateWorkflow':
      return state.isActive ? accept(switched(false, at)) : accept();
    case 'DeleteWorkflow':
      return accept({ type: 'WorkflowDeleted', data: { at } });
  }
};

export const workflow: Decider<WorkflowState, WorkflowCommand, WorkflowEvent, Refusal> = {
  initial: { status: 'absent' },
  evolve,
  decide,
};
