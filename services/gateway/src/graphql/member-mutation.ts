import { hash, randomBytes } from 'node:crypto';
import { newId, type FieldErrors } from '@karrio/contracts';
import { findInvitation, findMember } from '@karrio/read-model';
import { directory } from '@karrio/vault';
import { z } from 'zod';
import { normalEmail, userIdOf, withProfiles } from '../auth/people.ts';
import { InvitationType, MemberType, RoleEnum, type Invitation } from './access-type.ts';
import { builder, ErrorType } from './builder.ts';
import { change } from './change.ts';
import { viewerOf, type GraphContext } from './context.ts';
import { DeleteMutationInput } from './input.ts';
import { deletedOf, DeleteMutation, payloadOf, payloadType } from './payload.ts';

const daysDefault = 7;
const daysMax = 90;

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

type Invited = Readonly<{
  errors: FieldErrors | null;
  invitation: Invitation | null;
  token: string | null;
}>;

const InviteMemberMutation = builder.objectRef<Invited>('InviteMemberMutation').implement({
  description: 'The invitation, or what was wrong with the input.',
  fields: (t) => ({
    errors: t.field({
      type: [ErrorType],
      nullable: true,
      description: 'What was wrong with the input, by field; null where it took effect.',
      resolve: ({ errors }) => errors,
    }),
    invitation: t.field({
      type: InvitationType,
      nullable: true,
      description: 'As it is listed; null where there were errors.',
      resolve: ({ invitation }) => invitation,
    }),
    token: t.exposeString('token', {
      nullable: true,
      description:
        'What the invited person accepts with: POST /v1/auth/invitations/accept. Shown this once; send it to them.',
    }),
  }),
});

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
): Promise<Invited> => {
  const email = z.email().max(254).safeParse(normalEmail(given));
  if (!email.success) return refused('email', 'must be an address such as ada@example.com');
  const days = expires_in_days ?? daysDefault;
  if (days < 1 || days > daysMax) return refused('expires_in_days', `must be 1 to ${daysMax}`);
  const { vault, db, people } = context.ports;
  const token = `invite_${randomBytes(24).toString('base64url')}`;
  const input = {
    invitation_id: newId('invitation'),
    user_id: await userIdOf(vault, email.data),
    sealed_email: (await vault.seal(directory, email.data, 'personal')).sealed,
    role,
    hash: hash('sha256', token),
    expires_at: new Date(Date.now() + days * 86_400_000).toISOString(),
  };
  const changed = await change('invite_member', input, context, field);
  if ('errors' in changed) return { errors: changed.errors, invitation: null, token: null };
  const row = await findInvitation(db, { id: changed.id });
  const [invitation = null] = await withProfiles(people, vault, row ? [row] : []);
  return { errors: null, invitation, token };
};

const refused = (field: string, message: string): Invited => ({
  errors: [{ field, messages: [message] }],
  invitation: null,
  token: null,
});
