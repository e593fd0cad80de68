import { idPrefixes } from '@karrio/contracts';
import { findApiKey, findOrganization } from '@karrio/read-model';
import { newApiKey } from '../../auth/new-api-key.ts';
import { OrganizationType } from './access-type.ts';
import { builder } from '../builder.ts';
import { change } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { payloadOf, payloadType, shownBefore, shownOnceType, withErrors } from '../payload.ts';
import { repeatableId } from '../repeatable-id.ts';

const named = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      name: t.string({ required: true, description: 'What people call it. At most 50 characters.' }),
    }),
  });

const CreateOrganizationMutationInput = named('CreateOrganizationMutationInput', 'A new organisation.');
const UpdateOrganizationMutationInput = named('UpdateOrganizationMutationInput', 'What it is from now on.');

const CreateOrganizationMutation = shownOnceType(
  'CreateOrganizationMutation',
  ['organization', OrganizationType],
  ['key', 'For who asked with an API key: the text of its owner’s key, shown this once.'],
);

const UpdateOrganizationMutation = payloadType(
  'UpdateOrganizationMutation',
  'organization',
  OrganizationType,
);

export const addOrganizationMutations = (): void => {
  builder.mutationFields((t) => ({
    create_organization: t.field({
      permission: 'organization:create',
      type: CreateOrganizationMutation,
      description: 'Makes another organisation, whose owner is who asks.',
      args: {
        input: t.arg({ type: CreateOrganizationMutationInput, required: true, description: 'Which.' }),
      },
      resolve: (_, { input }, context, { path }) => create(input.name, context, path.key),
    }),
    update_organization: t.field({
      permission: 'organization:write',
      type: UpdateOrganizationMutation,
      description: 'Renames the organisation that is asked.',
      args: {
        input: t.arg({ type: UpdateOrganizationMutationInput, required: true, description: 'Its new name.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await change('update_organization', input, context, path.key), () =>
          findOrganization(context.ports.db, viewerOf(context).org),
        ),
    }),
  }));
};

const create = async (
  name: string,
  context: GraphContext,
  field: string | number,
): Promise<typeof CreateOrganizationMutation.$inferType> => {
  const { actor } = viewerOf(context);
  const id = repeatableId('organization', context, field);
  const isKey = actor.startsWith(idPrefixes.apiKey);
  const { text, issued } = newApiKey({
    name: 'First key',
    role: 'owner',
    test_mode: false,
    expires_at: null,
  });
  const input = { id, name, ...(isKey ? { api_key: issued } : {}) };
  const changed = await change('create_organization', input, context, field);
  if ('errors' in changed) return withErrors(changed.errors);
  context.ports.forget(actor);
  // What another organisation has cannot be read as this one.
  const entity = { id, name: name.trim(), created_at: new Date().toISOString() };
  if (!isKey) return { errors: null, entity, text: null };
  const isShown = await findApiKey(context.ports.people, issued.hash);
  return isShown
    ? { errors: null, entity, text }
    : { errors: shownBefore('make another organisation without the key'), entity, text: null };
};
