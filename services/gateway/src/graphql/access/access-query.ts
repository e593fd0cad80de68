import { findOrganization, listApiKeys, listInvitations, listMembers } from '@karrio/read-model';
import { withProfiles } from '../../auth/people.ts';
import { ApiKeyType, InvitationType, MemberType, OrganizationType, ViewerType } from './access-type.ts';
import { builder } from '../builder.ts';
import { viewerOf } from '../context.ts';

/** Few of each in an organisation, so no pages. */
export const addAccessQueries = (): void => {
  builder.queryFields((t) => ({
    viewer: t.field({
      permission: 'any',
      type: ViewerType,
      description: 'Who asks, and what it may do.',
      resolve: (_, __, context) => viewerOf(context),
    }),
    organization: t.field({
      permission: 'organization:read',
      type: OrganizationType,
      nullable: true,
      description: 'The organisation that is asked.',
      resolve: async (_, __, context) =>
        (await findOrganization(context.ports.db, viewerOf(context).org)) ?? null,
    }),
    api_keys: t.field({
      permission: 'keys:read',
      type: [ApiKeyType],
      description: 'All API keys that were ever made, newest first.',
      resolve: (_, __, context) => listApiKeys(context.ports.db, viewerOf(context).org),
    }),
    members: t.field({
      permission: 'organization:read',
      type: [MemberType],
      description: 'The members, in the order in which they joined.',
      resolve: async (_, __, context) => {
        const { db, vault } = context.ports;
        return withProfiles(db, vault, await listMembers(db, viewerOf(context).org));
      },
    }),
    invitations: t.field({
      permission: 'members:write',
      type: [InvitationType],
      description: 'Those who were invited and have not answered, newest first.',
      resolve: async (_, __, context) => {
        const { people, vault, db } = context.ports;
        return withProfiles(people, vault, await listInvitations(db, viewerOf(context).org));
      },
    }),
  }));
};
