import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';
import type { Role } from './role.ts';

export type OrganizationCreated = Event<'OrganizationCreated', { id: string; name: string; at: string }>;
/** `hash` is the SHA-256 of the key in hex: keys carry 128 random bits, so a slow hash would add nothing. */
export type ApiKeyIssued = Event<
  'ApiKeyIssued',
  { keyId: string; name: string; hash: string; role: Role; testMode: boolean; at: string }
>;
export type ApiKeyRevoked = Event<'ApiKeyRevoked', { keyId: string; at: string }>;
export type OrganizationEvent = OrganizationCreated | ApiKeyIssued | ApiKeyRevoked;

export const isOrganizationEvent = eventGuard<OrganizationEvent>({
  OrganizationCreated: true,
  ApiKeyIssued: true,
  ApiKeyRevoked: true,
});

type NewApiKey = Readonly<{ keyId: string; name: string; hash: string; role: Role; testMode: boolean }>;

export type OrganizationCommand = {
  type: 'CreateOrganization';
  id: string;
  name: string;
  apiKey: NewApiKey;
  at: string;
};

export type OrganizationState = { readonly status: 'absent' } | { readonly status: 'live' };

const evolve = (state: OrganizationState, event: OrganizationEvent): OrganizationState =>
  event.type === 'OrganizationCreated' ? { status: 'live' } : state;

const decide: Decider<
  OrganizationState,
  OrganizationCommand,
  OrganizationEvent,
  'already-exists'
>['decide'] = (state, { id, name, apiKey, at }) =>
  state.status === 'live'
    ? reject('already-exists')
    : accept<OrganizationEvent>(
        { type: 'OrganizationCreated', data: { id, name, at } },
        { type: 'ApiKeyIssued', data: { ...apiKey, at } },
      );

export const organization: Decider<
  OrganizationState,
  OrganizationCommand,
  OrganizationEvent,
  'already-exists'
> = {
  initial: { status: 'absent' },
  evolve,
  decide,
};
