import { findWorkflow } from '@karrio/read-model';
import { filledWorkflow } from '../../catalogue/fill-in.ts';
import { sealWorkflow } from '../../seal/seal-workflow.ts';
import { builder, WorkflowType } from '../builder.ts';
import { change, sealedChange } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import {
  ActivateWorkflowMutationInput,
  CreateWorkflowMutationInput,
  DeleteMutationInput,
  UpdateWorkflowMutationInput,
} from '../input.ts';
import { deletedOf, DeleteMutation, payloadOf, payloadType } from '../payload.ts';

const CreateWorkflowMutation = payloadType('CreateWorkflowMutation', 'workflow', WorkflowType);
const UpdateWorkflowMutation = payloadType('UpdateWorkflowMutation', 'workflow', WorkflowType);
const ActivateWorkflowMutation = payloadType('ActivateWorkflowMutation', 'workflow', WorkflowType);

export const addWorkflowMutations = (): void => {
  builder.mutationFields((t) => ({
    create_workflow: t.field({
      permission: 'definitions:write',
      type: CreateWorkflowMutation,
      description: 'Makes a workflow, its trigger and its actions, all or nothing.',
      args: {
        input: t.arg({ type: CreateWorkflowMutationInput, required: true, description: 'The workflow.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await sealedChange(
            'create_workflow',
            (sealing) => sealWorkflow(sealing, filledWorkflow(input)),
            context,
            path.key,
          ),
          reading(context),
        ),
    }),
    update_workflow: t.field({
      permission: 'definitions:write',
      type: UpdateWorkflowMutation,
      description: 'Changes a workflow. Runs under way keep the plan that they began with.',
      args: {
        input: t.arg({ type: UpdateWorkflowMutationInput, required: true, description: 'The changes.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await sealedChange('update_workflow', (sealing) => sealWorkflow(sealing, input), context, path.key),
          reading(context),
        ),
    }),
  }));
  addSwitches();
};

const addSwitches = (): void => {
  builder.mutationFields((t) => ({
    activate_workflow: t.field({
      permission: 'definitions:switch',
      type: ActivateWorkflowMutation,
      description: 'Lets a workflow accept runs.',
      args: {
        input: t.arg({ type: ActivateWorkflowMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await change('activate_workflow', input, context, path.key), reading(context)),
    }),
    deactivate_workflow: t.field({
      permission: 'definitions:switch',
      type: ActivateWorkflowMutation,
      description: 'Has a workflow refuse new runs; runs under way end as they would.',
      args: {
        input: t.arg({ type: ActivateWorkflowMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await change('deactivate_workflow', input, context, path.key), reading(context)),
    }),
    delete_workflow: t.field({
      permission: 'definitions:write',
      type: DeleteMutation,
      description: 'Deletes a workflow and its trigger; its runs stay.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('delete_workflow', input, context, path.key), input.id),
    }),
  }));
};

const reading = (context: GraphContext) => (id: string) =>
  findWorkflow(context.ports.db, viewerOf(context).org, id);
