import { findMetafield } from '@karrio/read-model';
import { sealMetafield } from '../../seal/seal-metafield.ts';
import { builder, MetafieldType } from '../builder.ts';
import { change, sealedChange } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { DeleteMutationInput } from '../input.ts';
import { CreateMetafieldInput, UpdateMetafieldInput } from './metafield-input.ts';
import { deletedOf, DeleteMutation, payloadOf, payloadType } from '../payload.ts';

const CreateMetafieldMutation = payloadType('CreateMetafieldMutation', 'metafield', MetafieldType);
const UpdateMetafieldMutation = payloadType('UpdateMetafieldMutation', 'metafield', MetafieldType);

export const addMetafieldMutations = (): void => {
  builder.mutationFields((t) => ({
    create_metafield: t.field({
      permission: 'definitions:write',
      type: CreateMetafieldMutation,
      description: 'Makes a metafield, attached to an object or to nothing.',
      args: {
        input: t.arg({ type: CreateMetafieldInput, required: true, description: 'The metafield.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await sealedChange(
            'create_metafield',
            (sealing) => sealMetafield(sealing, input, ''),
            context,
            path.key,
          ),
          reading(context),
        ),
    }),
    update_metafield: t.field({
      permission: 'definitions:write',
      type: UpdateMetafieldMutation,
      description: 'Changes a metafield, or attaches one that is attached to nothing.',
      args: { input: t.arg({ type: UpdateMetafieldInput, required: true, description: 'The changes.' }) },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(
          await sealedChange(
            'update_metafield',
            (sealing) => sealMetafield(sealing, input, ''),
            context,
            path.key,
          ),
          reading(context),
        ),
    }),
    delete_metafield: t.field({
      permission: 'definitions:write',
      type: DeleteMutation,
      description: 'Deletes a metafield, unless its object requires it.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('delete_metafield', input, context, path.key), input.id),
    }),
  }));
};

const reading = (context: GraphContext) => (id: string) =>
  findMetafield(context.ports.db, viewerOf(context).org, id);
