import { permissions, type Role } from '@karrio/domain';
import type { ApiKey, InvitationRow, MemberRow, OrganizationRow } from '@karrio/read-model';
import type { Profile } from '../../auth/people.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { builder } from '../builder.ts';

export const RoleEnum = builder.enumType('RoleEnum', {
  description: 'What somebody may do in an organisation; each has all that the later ones have.',
  values: {
    owner: { description: 'Everything, and making others owners.' },
    admin: { description: 'Everything but what is for owners alone.' },
    developer: { description: 'Changes definitions and runs them.' },
    operator: { description: 'Starts and controls runs, and turns workflows on and off.' },
    viewer: { description: 'Looks on.' },
  } satisfies Readonly<Record<Role, object>>,
});

export type Organization = Pick<OrganizationRow, 'id' | 'name' | 'created_at'>;

export const OrganizationType = builder.objectRef<Organization>('OrganizationType');

builder.objectType(OrganizationType, {
  description: 'Whose everything is.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'What the header x-org-id names.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    created_at: t.expose('created_at', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

export const ViewerType = builder.objectRef<Viewer>('ViewerType');

builder.objectType(ViewerType, {
  description: 'Who asks, and what it may do.',
  fields: (t) => ({
    id: t.exposeString('actor', { description: 'The API key or the user, by id.' }),
    organization_id: t.exposeString('org', { description: 'The organisation that is asked.' }),
    role: t.field({ type: RoleEnum, description: 'What it is there.', resolve: ({ role }) => role }),
    permissions: t.stringList({
      description: 'What the role permits; docs/access.md says what each means.',
      resolve: ({ role }) =>
        Object.entries(permissions).flatMap(([name, { roles }]: [string, { roles: readonly Role[] }]) =>
          roles.includes(role) ? [name] : [],
        ),
    }),
    test_mode: t.exposeBoolean('testMode', {
      description: 'Whether it sees and makes test runs, or others.',
    }),
  }),
});

export const ApiKeyType = builder.objectRef<ApiKey>('ApiKeyType');

builder.objectType(ApiKeyType, {
  description: 'An API key. Its text was shown once, when it was made.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Its id, which is not its text.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    role: t.field({ type: RoleEnum, description: 'What it may do.', resolve: ({ role }) => role }),
    test_mode: t.exposeBoolean('test_mode', {
      description: 'Whether the runs it starts and sees are tests.',
    }),
    created_at: t.expose('created_at', { type: 'DateTime', description: 'When it was made.' }),
    expires_at: t.expose('expires_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends; null: never.',
    }),
    revoked_at: t.expose('revoked_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null where it was not.',
    }),
    last_used_at: t.expose('last_used_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last seen, known some ten seconds later; null: never, as far as is known.',
    }),
  }),
});

export type Member = MemberRow & Profile;

export const MemberType = builder.objectRef<Member>('MemberType');

builder.objectType(MemberType, {
  description: 'A user in the organisation.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Of the membership.' }),
    user_id: t.exposeString('user_id', { description: 'The same in every organisation.' }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'Null once the person’s data was made unreadable.',
    }),
    name: t.exposeString('name', { nullable: true, description: 'As they call themselves.' }),
    role: t.field({ type: RoleEnum, description: 'What they may do here.', resolve: ({ role }) => role }),
    created_at: t.expose('created_at', { type: 'DateTime', description: 'When they joined.' }),
  }),
});

export type Invitation = InvitationRow & Profile;

export const InvitationType = builder.objectRef<Invitation>('InvitationType');

builder.objectType(InvitationType, {
  description: 'Somebody who was asked to become a member and has not answered.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Its id.' }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'Who it is for; null once the person’s data was made unreadable.',
    }),
    role: t.field({ type: RoleEnum, description: 'What they would be.', resolve: ({ role }) => role }),
    created_at: t.expose('created_at', { type: 'DateTime', description: 'When it was made.' }),
    expires_at: t.expose('expires_at', { type: 'DateTime', description: 'Until when it can be accepted.' }),
  }),
});
