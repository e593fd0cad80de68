import {
  isOrganizationEvent,
  isUserEvent,
  organization,
  user,
  type OrganizationCommand,
  type OrganizationEvent,
  type OrganizationState,
  type UserCommand,
  type UserEvent,
  type UserState,
} from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import type { MasterKeys, Vault } from '@karrio/vault';
import type { Kind } from './change-stream.ts';

/** What commands on organisations and users work with. */
export type AccessPorts = Readonly<{
  store: Pick<EventStore, 'read' | 'append'>;
  vault: Pick<Vault, 'open' | 'seal'>;
  masterKeys: MasterKeys;
  /** What a user is a member of, as far as the log was followed. */
  organizationsOf: (userId: string) => readonly string[];
  /** Whose owners may make further organisations. */
  creators: OrganizationCreators;
}>;

export const organizationCreators = ['first', 'any', 'none'] as const;
export type OrganizationCreators = (typeof organizationCreators)[number];

export const organizationKind: Kind<OrganizationState, OrganizationCommand, OrganizationEvent> = {
  decider: organization,
  isOne: isOrganizationEvent,
};

export const userKind: Kind<UserState, UserCommand, UserEvent> = { decider: user, isOne: isUserEvent };
