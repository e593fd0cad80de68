import { findAction } from '@karrio/read-model';
import { filledAction } from '../../catalogue/fill-in.ts';
import { sealAction } from '../../seal/seal-action.ts';
import { builder, WorkflowActionType } from '../builder.ts';
import { change, sealedChange } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import {
  CreateWorkflowActionMutationInput,
  DeleteMutationInput,
  UpdateWorkflowActionMutationInput,
} from '../input.ts';
import { deletedOf, DeleteMutation, payloadOf, payloadType } from '../payload.ts';

const CreateWorkflowActionMutation = payloadType(
  'CreateWorkflowActionMutation',
  'workflow_action',
  WorkflowActionType,
);
const UpdateWorkflowActionMutation = payloadType(
  'UpdateWorkflowActionMutation',
  'workflow_action',
  WorkflowActionType,
);

export const addActionMutations = (): void => {
  builder.mutationFields((t) => ({
    create_workflow_action: t.field({
      permission: 'definitions:write',
      type: CreateWorkflowActionMutation,
      description: 'Makes an action that workflows can name by its slug.',
      args: {
        input: t.arg({ type: CreateWorkflowActionMutationInput, required: true, description: 'The action.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await sealedChange(
            'create_workflow_action',
            (sealing) => sealAction(sealing, filledAction(input), ''),
            context,
            path.key,
          ),
          reading(context),
        ),
    }),
    update_workflow_action: t.field({
      permission: 'definitions:write',
      type: UpdateWorkflowActionMutation,
      description: 'Changes an action in every workflow that names it; runs under way keep their plan.',
      args: {
        input: t.arg({
          type: UpdateWorkflowActionMutationInput,
          required: true,
          description: 'The changes.',
        }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await sealedChange(
            'update_workflow_action',
            (sealing) => sealAction(sealing, input, ''),
            context,
            path.key,
          ),
          reading(context),
        ),
    }),
  }));
  addActionDeletion();
};

const addActionDeletion = (): void => {
  builder.mutationFields((t) => ({
    delete_workflow_action: t.field({
      permission: 'definitions:write',
      type: DeleteMutation,
      description: 'Deletes an action that no workflow names.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('delete_workflow_action', input, context, path.key), input.id),
    }),
  }));
};

const reading = (context: GraphContext) => (id: string) =>
  findAction(context.ports.db, viewerOf(context).org, id);
