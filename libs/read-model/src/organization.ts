import type { Role } from '@karrio/domain';
import type { Kysely } from 'kysely';
import type { Database, InvitationRow, MemberRow, OrganizationRow } from './schema.ts';

export const findOrganization = (db: Kysely<Database>, id: string): Promise<OrganizationRow | undefined> =>
  db.selectFrom('organization').selectAll().where('id', '=', id).executeTakeFirst();

/** In the order in which they joined. */
export const listMembers = (db: Kysely<Database>, org: string): Promise<readonly MemberRow[]> =>
  db
    .selectFrom('member')
    .selectAll()
    .where('org_id', '=', org)
    .where('removed_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

/** Also one who left. */
export const findMember = (db: Kysely<Database>, org: string, id: string): Promise<MemberRow | undefined> =>
  db.selectFrom('member').selectAll().where('org_id', '=', org).where('id', '=', id).executeTakeFirst();

/** Neither accepted nor revoked, newest first; those that are over too. */
export const listInvitations = (db: Kysely<Database>, org: string): Promise<readonly InvitationRow[]> =>
  db
    .selectFrom('invitation')
    .selectAll()
    .where('org_id', '=', org)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();

/** An open one, by the SHA-256 of its text or by its id. */
export const findInvitation = (
  db: Kysely<Database>,
  by: Readonly<{ hash: string } | { id: string }>,
): Promise<InvitationRow | undefined> =>
  db
    .selectFrom('invitation')
    .selectAll()
    .where('hash' in by ? 'hash' : 'id', '=', 'hash' in by ? by.hash : by.id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();

export type Membership = Readonly<{ org: string; name: string; role: Role }>;

/** Of all organisations, the one joined first before the others. */
export const membershipsOf = (db: Kysely<Database>, userId: string): Promise<readonly Membership[]> =>
  db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.org_id')
    .select(['member.org_id as org', 'organization.name', 'member.role'])
    .where('member.user_id', '=', userId)
    .where('member.removed_at', 'is', null)
    .orderBy('member.created_at')
    .orderBy('member.id')
    .execute();

/** What each of these users is a member of. */
export const findMemberOrganizations = async (
  db: Kysely<Database>,
  userIds: readonly string[],
): Promise<readonly Readonly<{ user_id: string; org_id: string }>[]> =>
  userIds.length === 0
    ? []
    : db
        .selectFrom('member')
        .select(['user_id', 'org_id'])
        .where('user_id', 'in', userIds)
        .where('removed_at', 'is', null)
        .execute();
