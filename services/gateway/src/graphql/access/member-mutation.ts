import { findInvitation, findMember, findUser } from '@karrio/read-model';
import { directory, normalEmail, userIdOf } from '@karrio/vault';
import { z } from 'zod';
import { newToken } from '../../auth/new-token.ts';
import { userIdByEmail, withProfiles } from '../../auth/people.ts';
import { InvitationType, MemberType, RoleEnum } from './access-type.ts';
import { builder } from '../builder.ts';
import { change } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { DeleteMutationInput } from '../input.ts';
import {
  deletedOf,
  DeleteMutation,
  payloadOf,
  payloadType,
  shownBefore,
  shownOnceType,
  withErrors,
} from '../payload.ts';
import { repeatableId } from '../repeatable-id.ts';

const daysDefault = 7;
const daysMax = 90;
const resetHours = 24;

const InviteMemberMutationInput = builder.inputType('InviteMemberMutationInput', {
  description: 'Somebody who is asked to become a member.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'Their address.' }),
    role: t.field({ type: RoleEnum, required: true, description: 'What they may do: at most what you may.' }),
    expires_in_days: t.int({
      description: `How long they have to accept: 1 to ${daysMax} days, ${daysDefault} unless given.`,
    }),
  }),
});

const ChangeMemberRoleMutationInput = builder.inputType('ChangeMemberRoleMutationInput', {
  description: 'What a member may do from now on.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'The id of the membership.' }),
    role: t.field({ type: RoleEnum, required: true, description: 'At most what you may.' }),
  }),
});

const InviteMemberMutation = shownOnceType(
  'InviteMemberMutation',
  ['invitation', InvitationType],
  [
    'token',
    'What the invited person accepts with: POST /v1/auth/invitations/accept. Shown this once; send it to them.',
  ],
);

const ResetMemberPasswordMutationInput = builder.inputType('ResetMemberPasswordMutationInput', {
  description: 'Whose password is to be chosen anew.',
  fields: (t) => ({ id: t.string({ required: true, description: 'The id of the membership.' }) }),
});

const ResetMemberPasswordMutation = shownOnceType(
  'ResetMemberPasswordMutation',
  ['member', MemberType],
  [
    'token',
    `What the member chooses another password with, within ${resetHours} hours: POST /v1/auth/password-reset. Shown this once; send it to them.`,
  ],
);

const ChangeMemberRoleMutation = payloadType('ChangeMemberRoleMutation', 'member', MemberType);

export const addMemberMutations = (): void => {
  builder.mutationFields((t) => ({
    invite_member: t.field({
      permission: 'members:write',
      type: InviteMemberMutation,
      description: 'Asks somebody to become a member, and shows what they accept with this once.',
      args: { input: t.arg({ type: InviteMemberMutationInput, required: true, description: 'Whom.' }) },
      resolve: (_, { input }, context, { path }) => invite(input, context, path.key),
    }),
    revoke_invitation: t.field({
      permission: 'members:write',
      type: DeleteMutation,
      description: 'Has an invitation be accepted no more.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('revoke_invitation', input, context, path.key), input.id),
    }),
    change_member_role: t.field({
      permission: 'members:write',
      type: ChangeMemberRoleMutation,
      description: 'Changes what a member may do. The last owner stays one.',
      args: {
        input: t.arg({ type: ChangeMemberRoleMutationInput, required: true, description: 'Whose, to what.' }),
      },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await change('change_member_role', input, context, path.key), (id) =>
          findWithProfile(context, id),
        ),
    }),
    reset_member_password: t.field({
      permission: 'members:write',
      type: ResetMemberPasswordMutation,
      description:
        'Lets a member choose another password who forgot it. Of who is a member elsewhere too, the operator of the server does.',
      args: {
        input: t.arg({ type: ResetMemberPasswordMutationInput, required: true, description: 'Whose.' }),
      },
      resolve: (_, { input }, context, { path }) => reset(input.id, context, path.key),
    }),
    remove_member: t.field({
      // Everybody may leave: the organisation decides about others.
      permission: 'any',
      type: DeleteMutation,
      description: 'Has a member be one no more: another one, or oneself. The last owner stays.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('remove_member', input, context, path.key), input.id),
    }),
  }));
};

const findWithProfile = async (context: GraphContext, id: string) => {
  const { db, vault } = context.ports;
  const member = await findMember(db, viewerOf(context).org, id);
  return member && (await withProfiles(db, vault, [member]))[0];
};

type Input = typeof InviteMemberMutationInput.$inferInput;

const invite = async (
  { email: given, role, expires_in_days }: Input,
  context: GraphContext,
  field: string | number,
): Promise<typeof InviteMemberMutation.$inferType> => {
  const email = z.email().max(254).safeParse(normalEmail(given));
  if (!email.success) return refused('email', 'must be an address such as ada@example.com');
  const days = expires_in_days ?? daysDefault;
  if (days < 1 || days > daysMax) return refused('expires_in_days', `must be 1 to ${daysMax}`);
  const { vault, db, people } = context.ports;
  const { text, hash } = newToken('invite');
  const input = {
    invitation_id: repeatableId('invitation', context, field),
    user_id: (await userIdByEmail(people, vault, email.data)).userId,
    address_id: await userIdOf(vault, email.data),
    sealed_email: (await vault.seal(directory, email.data, 'personal')).sealed,
    role,
    hash,
    expires_at: new Date(Date.now() + days * 86_400_000).toISOString(),
  };
  const changed = await change('invite_member', input, context, field);
  if ('errors' in changed) return withErrors(changed.errors);
  const row = await findInvitation(db, { id: changed.id });
  const [entity = null] = await withProfiles(people, vault, row ? [row] : []);
  if (row?.hash !== hash) return { errors: shownBefore('invite the person again'), entity, text: null };
  return { errors: null, entity, text };
};

const refused = (field: string, message: string) => withErrors([{ field, messages: [message] }]);

const reset = async (
  id: string,
  context: GraphContext,
  field: string | number,
): Promise<typeof ResetMemberPasswordMutation.$inferType> => {
  const { text, hash } = newToken('reset');
  const expires_at = new Date(Date.now() + resetHours * 3_600_000).toISOString();
  const changed = await change('reset_member_password', { id, hash, expires_at }, context, field);
  if ('errors' in changed) return withErrors(changed.errors);
  const entity = (await findWithProfile(context, id)) ?? null;
  const user = entity && (await findUser(context.ports.people, entity.user_id));
  return user?.reset_hash === hash
    ? { errors: null, entity, text }
    : { errors: shownBefore('ask again without the key'), entity, text: null };
};
