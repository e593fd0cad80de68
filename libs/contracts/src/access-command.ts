import { roles, sessionOrigins } from '@karrio/domain';
import { z } from 'zod';
import { GivenId } from './given-id.ts';

const name = z.string().trim().min(1, 'must not be empty').max(50, 'must have at most 50 characters');
const role = z.enum(roles);
const time = z.iso.datetime({ offset: true, message: 'must be an instant such as 2027-01-31T00:00:00Z' });
/** SHA-256 in hex, of a text that only its holder has. */
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const sealed = z.string().min(1);

const apiKey = z.object({
  keyId: GivenId,
  name,
  hash,
  role,
  testMode: z.boolean(),
  expiresAt: time.nullable(),
});

const newSession = z.object({ sessionId: GivenId, hash, origin: z.enum(sessionOrigins), expiresAt: time });

/** Of organisations and who may do what in them. The command's organisation is the one that is asked. */
const organizationPayloads = {
  create_organization: z.object({
    id: GivenId,
    name,
    /** Of an owner, for who asks with an API key; a user becomes a member. */
    apiKey: apiKey.optional(),
  }),
  update_organization: z.object({ name }),
  create_api_key: apiKey,
  revoke_api_key: z.object({ id: GivenId }),
  invite_member: z.object({
    invitationId: GivenId,
    userId: GivenId,
    /** Where their address is another one than they were added by: the id that it stands for. */
    addressId: GivenId.optional(),
    /** Under the key of the directory, for the way to the user's own. */
    sealedEmail: sealed,
    role,
    hash,
    expiresAt: time,
  }),
  revoke_invitation: z.object({ id: GivenId }),
  change_member_role: z.object({ id: GivenId, role }),
  remove_member: z.object({ id: GivenId }),
  reset_member_password: z.object({ id: GivenId, hash, expiresAt: time }),
} as const;

/** Of one person. In place of an organisation, the command names the user. */
const userPayloads = {
  accept_invitation: z.object({
    org: z.string(),
    hash,
    /** Of who had no password yet. */
    password: z.object({ sealedHash: sealed, sealedName: sealed.nullable() }).optional(),
  }),
  start_session: newSession,
  end_session: z.object({ id: GivenId }),
  end_all_sessions: z.object({}),
  set_password: z.object({
    sealedHash: sealed,
    sealedName: sealed.nullable().default(null),
    exceptSessionId: GivenId.nullable(),
  }),
  /** `hash` is that of what the person was sent. */
  reset_password: z.object({ hash, sealedHash: sealed }),
  name_user: z.object({ sealedName: sealed }),
} as const;

export const accessPayloads = { ...organizationPayloads, ...userPayloads } as const;

export type OrganizationCommandName = keyof typeof organizationPayloads;
export type UserCommandName = keyof typeof userPayloads;
export type AccessCommandName = OrganizationCommandName | UserCommandName;

export const isOrganizationCommand = (command: string): command is OrganizationCommandName =>
  Object.hasOwn(organizationPayloads, command);

export const isUserCommand = (command: string): command is UserCommandName =>
  Object.hasOwn(userPayloads, command);
