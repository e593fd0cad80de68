import type { CommandName } from '@karrio/contracts';
import { findTrigger } from '@karrio/read-model';
import { sealTrigger, type TriggerInput } from '../../seal/seal-trigger.ts';
import { builder, WorkflowTriggerType } from '../builder.ts';
import { change, sealedChange } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { DeleteMutationInput } from '../input.ts';
import { CreateWorkflowTriggerMutationInput, UpdateWorkflowTriggerMutationInput } from './trigger-input.ts';
import { deletedOf, DeleteMutation, payloadOf, payloadType } from '../payload.ts';

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
      permission: 'definitions:write',
      type: CreateWorkflowTriggerMutation,
      description: 'Gives a workflow a trigger, beside those that it has.',
      args: {
        input: t.arg({
          type: CreateWorkflowTriggerMutationInput,
          required: true,
          description: 'The trigger.',
        }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await submit('create_workflow_trigger', input, context, path.key), reading(context)),
    }),
    update_workflow_trigger: t.field({
      permission: 'definitions:write',
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
        payloadOf(await submit('update_workflow_trigger', input, context, path.key), reading(context)),
    }),
    delete_workflow_trigger: t.field({
      permission: 'definitions:write',
      type: DeleteMutation,
      description: 'Takes a trigger away from its workflow; the runs it started stay.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('delete_workflow_trigger', input, context, path.key), input.id),
    }),
  }));
};

const reading = (context: GraphContext) => (id: string) =>
  findTrigger(context.ports.db, viewerOf(context).org, id);

const submit = (name: CommandName, input: TriggerInput, context: GraphContext, key: string | number) =>
  sealedChange(name, (sealing) => sealTrigger(sealing, input), context, key);
