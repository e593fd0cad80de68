import type { CommandName } from '@karrio/contracts';
import { findConnection } from '@karrio/read-model';
import { filledConnection } from '../../catalogue/fill-in.ts';
import { sealConnection, type ConnectionInput } from '../../seal/seal-connection.ts';
import { builder, WorkflowConnectionType } from '../builder.ts';
import { change, sealedChange } from '../change.ts';
import {
  CreateWorkflowConnectionMutationInput,
  UpdateWorkflowConnectionMutationInput,
} from './connection-input.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { DeleteMutationInput } from '../input.ts';
import { deletedOf, DeleteMutation, payloadOf, payloadType } from '../payload.ts';

const CreateWorkflowConnectionMutation = payloadType(
  'CreateWorkflowConnectionMutation',
  'workflow_connection',
  WorkflowConnectionType,
);
const UpdateWorkflowConnectionMutation = payloadType(
  'UpdateWorkflowConnectionMutation',
  'workflow_connection',
  WorkflowConnectionType,
);

export const addConnectionMutations = (): void => {
  builder.mutationFields((t) => ({
    create_workflow_connection: t.field({
      permission: 'definitions:write',
      type: CreateWorkflowConnectionMutation,
      description: 'Makes a connection that actions can use by its id.',
      args: {
        input: t.arg({
          type: CreateWorkflowConnectionMutationInput,
          required: true,
          description: 'The connection.',
        }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await submit('create_workflow_connection', filledConnection(input), context, path.key),
          reading(context),
        ),
    }),
    update_workflow_connection: t.field({
      permission: 'definitions:write',
      type: UpdateWorkflowConnectionMutation,
      description:
        'Changes a connection for every action that uses it; secrets take effect with the next request.',
      args: {
        input: t.arg({
          type: UpdateWorkflowConnectionMutationInput,
          required: true,
          description: 'The changes.',
        }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await submit('update_workflow_connection', input, context, path.key), reading(context)),
    }),
    delete_workflow_connection: t.field({
      permission: 'definitions:write',
      type: DeleteMutation,
      description: 'Deletes a connection that no action uses, and its metafields.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('delete_workflow_connection', input, context, path.key), input.id),
    }),
  }));
};

const reading = (context: GraphContext) => (id: string) =>
  findConnection(context.ports.db, viewerOf(context).org, id);

const submit = (name: CommandName, input: ConnectionInput, context: GraphContext, key: string | number) =>
  sealedChange(name, (sealing) => sealConnection(sealing, input, ''), context, key);
