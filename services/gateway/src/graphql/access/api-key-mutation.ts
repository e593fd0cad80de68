import { listApiKeys, type ApiKey } from '@karrio/read-model';
import { newApiKey } from '../../auth/new-api-key.ts';
import { ApiKeyType, RoleEnum } from './access-type.ts';
import { builder } from '../builder.ts';
import { change } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { payloadOf, payloadType, shownBefore, shownOnceType, withErrors } from '../payload.ts';
import { repeatableId } from '../repeatable-id.ts';

const CreateApiKeyMutationInput = builder.inputType('CreateApiKeyMutationInput', {
  description: 'A new API key.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for. At most 50 characters.' }),
    role: t.field({ type: RoleEnum, required: true, description: 'What it may do: at most what you may.' }),
    test_mode: t.boolean({
      description: 'Whether the runs it starts and sees are tests; false unless given.',
    }),
    expires_at: t.field({ type: 'DateTime', description: 'When it ends; never unless given.' }),
  }),
});

const RevokeApiKeyMutationInput = builder.inputType('RevokeApiKeyMutationInput', {
  description: 'A key that is to work no more.',
  fields: (t) => ({ id: t.string({ required: true, description: 'The id of the key.' }) }),
});

const CreateApiKeyMutation = shownOnceType(
  'CreateApiKeyMutation',
  ['api_key', ApiKeyType],
  ['key', 'The key’s text for the Authorization header. It is shown this once, and stored nowhere.'],
);

const RevokeApiKeyMutation = payloadType('RevokeApiKeyMutation', 'api_key', ApiKeyType);

export const addApiKeyMutations = (): void => {
  builder.mutationFields((t) => ({
    create_api_key: t.field({
      permission: 'keys:write',
      type: CreateApiKeyMutation,
      description: 'Makes an API key, and shows its text this once.',
      args: { input: t.arg({ type: CreateApiKeyMutationInput, required: true, description: 'The key.' }) },
      resolve: (_, { input }, context, { path }) => create(input, context, path.key),
    }),
    revoke_api_key: t.field({
      permission: 'keys:write',
      type: RevokeApiKeyMutation,
      description: 'Has an API key work no more, from now on and everywhere.',
      args: {
        input: t.arg({ type: RevokeApiKeyMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await change('revoke_api_key', input, context, path.key), (id) => find(context, id)),
    }),
  }));
};

const find = async (context: GraphContext, id: string): Promise<ApiKey | undefined> =>
  (await listApiKeys(context.ports.db, viewerOf(context).org, id))[0];

type Input = typeof CreateApiKeyMutationInput.$inferInput;

const create = async (
  { name, role, test_mode, expires_at }: Input,
  context: GraphContext,
  field: string | number,
): Promise<typeof CreateApiKeyMutation.$inferType> => {
  const id = repeatableId('apiKey', context, field);
  const wanted = { id, name, role, test_mode: test_mode ?? false, expires_at: expires_at ?? null };
  const { text, issued } = newApiKey(wanted);
  const changed = await change('create_api_key', issued, context, field);
  if ('errors' in changed) return withErrors(changed.errors);
  const entity = (await find(context, changed.id)) ?? null;
  if (entity && entity.hash !== issued.hash) {
    return { errors: shownBefore('revoke the key and make another'), entity, text: null };
  }
  return { errors: null, entity, text };
};
