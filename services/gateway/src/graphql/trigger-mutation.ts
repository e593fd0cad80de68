import { findTrigger } from '@karrio/read-model';
import { builder, WorkflowTriggerType } from './builder.ts';
import { change } from './change.ts';
import { viewerOf, type GraphContext } from './context.ts';
import {
  CreateWorkflowTriggerMutationInput,
  DeleteMutationInput,
  UpdateWorkflowTriggerMutationInput,
} from './input.ts';
import { deletedOf, DeleteMutation, payloadOf, payloadType } from './payload.ts';
import { sealSecret } from './seal-secret.ts';

const CreateWorkflowTriggerMutation = payloadType(
  'CreateWorkflowTriggerMutation',
  'workflow_trigger',
  WorkflowTriggerType,
);
const UpdateWorkflowTriggerMutation = payloadType(
  'UpdateWorkflowTriggerMutation',
  'workflow_trigger',
  WorkflowTriggerType,
);

export const addTriggerMutations = (): void => {
  builder.mutationFields((t) => ({
    create_workflow_trigger: t.field({
      type: CreateWorkflowTriggerMutation,
      description: 'Gives a workflow its trigger.',
      args: {
        input: t.arg({
          type: CreateWorkflowTriggerMutationInput,
          required: true,
          description: 'The trigger.',
        }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await change('create_workflow_trigger', await sealed(input, context), context, path.key),
          reading(context),
        ),
    }),
    update_workflow_trigger: t.field({
      type: UpdateWorkflowTriggerMutation,
      description: 'Changes a trigger.',
      args: {
        input: t.arg({
          type: UpdateWorkflowTriggerMutationInput,
          required: true,
          description: 'The changes.',
        }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await change('update_workflow_trigger', await sealed(input, context), context, path.key),
          reading(context),
        ),
    }),
    delete_workflow_trigger: t.field({
      type: DeleteMutation,
      description: 'Takes a workflow’s trigger away.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('delete_workflow_trigger', input, context, path.key), input.id),
    }),
  }));
};

const sealed = <T extends Readonly<{ secret?: string | null | undefined }>>(
  input: T,
  context: GraphContext,
) => sealSecret(input, context.ports.vault, viewerOf(context).org);

const reading = (context: GraphContext) => (id: string) =>
  findTrigger(context.ports.db, viewerOf(context).org, id);
