import { eventGuard, type Event } from '../event.ts';
import type { Role } from './role.ts';

export type OrganizationCreated = Event<'OrganizationCreated', { id: string; name: string; at: string }>;
export type OrganizationRenamed = Event<'OrganizationRenamed', { name: string; at: string }>;
/**
 * `hash` is the SHA-256 of the key in hex: keys carry 128 random bits, so a slow hash would add nothing. Without
 * `expiresAt` a key has no end.
 */
export type ApiKeyIssued = Event<
  'ApiKeyIssued',
  Omit<NewApiKey, 'expiresAt'> & { expiresAt?: string | null; at: string }
>;
export type ApiKeyRevoked = Event<'ApiKeyRevoked', { keyId: string; at: string }>;
/** `hash` is the SHA-256 of what the invited person is sent. Who it is for is a user, known by an address. */
export type MemberInvited = Event<'MemberInvited', Invitation & { at: string }>;
export type InvitationRevoked = Event<'InvitationRevoked', { invitationId: string; at: string }>;
export type MemberJoined = Event<
  'MemberJoined',
  { memberId: string; userId: string; role: Role; invitationId: string | null; at: string }
>;
export type MemberRoleChanged = Event<'MemberRoleChanged', { memberId: string; role: Role; at: string }>;
export type MemberRemoved = Event<'MemberRemoved', { memberId: string; at: string }>;

export type NewApiKey = Readonly<{
  keyId: string;
  name: string;
  hash: string;
  role: Role;
  testMode: boolean;
  /** Null: never. */
  expiresAt: string | null;
}>;

export type Invitation = Readonly<{
  invitationId: string;
  userId: string;
  role: Role;
  hash: string;
  expiresAt: string;
}>;

export type OrganizationEvent =
  | OrganizationCreated
  | OrganizationRenamed
  | ApiKeyIssued
  | ApiKeyRevoked
  | MemberInvited
  | InvitationRevoked
  | MemberJoined
  | MemberRoleChanged
  | MemberRemoved;

export const isOrganizationEvent = eventGuard<OrganizationEvent>({
  OrganizationCreated: true,
  OrganizationRenamed: true,
  ApiKeyIssued: true,
  ApiKeyRevoked: true,
  MemberInvited: true,
  InvitationRevoked: true,
  MemberJoined: true,
  MemberRoleChanged: true,
  MemberRemoved: true,
});
