import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';
import type { JsonObject } from '../json.ts';
import type { Metafield } from './metafield.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { SealedSecret } from './secret.ts';
import type { TemplateEngine } from './template-engine.ts';

export const authTypes = ['api_key', 'basic', 'jwt', 'oauth2'] as const;
export type AuthType = (typeof authTypes)[number];

/** How actions reach another system and authenticate there. */
export type ConnectionDefinition = Readonly<{
  name: string;
  description: string | null;
  authType: AuthType;
  /** Defaults of the actions that use it. */
  host: string | null;
  port: number | null;
  endpoint: string | null;
  templateEngine: TemplateEngine;
  /** What it adds to each request; sees `credentials`. */
  authTemplate: string | null;
  /** What it sends to get a token (oauth2), or the claims of one (jwt); sees `credentials`. */
  parametersTemplate: string | null;
  /** Credentials by key; they win over `credentials`. */
  metafields: readonly Metafield[];
  /** The older, untyped form: every value is a secret. */
  credentials: Readonly<Record<string, SealedSecret>>;
  metadata: JsonObject;
  templateSlug: string | null;
}>;

export type ConnectionCreated = Event<
  'ConnectionCreated',
  { id: string; slug: string; definition: ConnectionDefinition; at: string }
>;
export type ConnectionRevised = Event<'ConnectionRevised', { definition: ConnectionDefinition; at: string }>;
export type ConnectionDeleted = Event<'ConnectionDeleted', { at: string }>;
export type ConnectionEvent = ConnectionCreated | ConnectionRevised | ConnectionDeleted;

export const isConnectionEvent = eventGuard<ConnectionEvent>({
  ConnectionCreated: true,
  ConnectionRevised: true,
  ConnectionDeleted: true,
});

export type ConnectionCommand =
  | { type: 'CreateConnection'; id: string; slug: string; definition: ConnectionDefinition; at: string }
  | { type: 'ReviseConnection'; definition: ConnectionDefinition; at: string }
  | { type: 'DeleteConnection'; at: string };

export type ConnectionState =
  | { readonly status: 'absent' }
  | { readonly status: 'deleted' }
  | {
      readonly status: 'live';
      readonly id: string;
      readonly slug: string;
      readonly definition: ConnectionDefinition;
    };

const evolve = (state: ConnectionState, event: ConnectionEvent): ConnectionState => {
  switch (event.type) {
    case 'ConnectionCreated': {
      const { id, slug, definition } = event.data;
      return { status: 'live', id, slug, definition };
    }
    case 'ConnectionRevised':
      return state.status === 'live' ? { ...state, definition: event.data.definition } : state;
    case 'ConnectionDeleted':
      return { status: 'deleted' };
  }
};

const decide: Decider<ConnectionState, ConnectionCommand, ConnectionEvent, Refusal>['decide'] = (
  state,
  command,
) => {
  const { at } = command;
  if (command.type === 'CreateConnection') {
    const { id, slug, definition } = command;
    if (state.status !== 'absent') {
      return reject(refusal('already-exists', 'name', `A connection named like this exists (slug ${slug}).`));
    }
    return accept({ type: 'ConnectionCreated', data: { id, slug, definition, at } });
  }
  if (state.status !== 'live') return reject(refusal('not-found', 'id', 'No connection has this id.'));
  return command.type === 'ReviseConnection'
    ? accept({ type: 'ConnectionRevised', data: { definition: command.definition, at } })
    : accept({ type: 'ConnectionDeleted', data: { at } });
};

export const connection: Decider<ConnectionState, ConnectionCommand, ConnectionEvent, Refusal> = {
  initial: { status: 'absent' },
  evolve,
  decide,
};
