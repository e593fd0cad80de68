import type { ConnectionDefinition, Failure, JsonObject } from '@karrio/domain';
import type { Credentials } from './credentials.ts';

/** What a connection adds to a request. */
export type Authentication = Readonly<{
  /** What the request's own templates see as `connection`. */
  context: JsonObject;
  headers: Readonly<Record<string, string>>;
  query: readonly (readonly [string, string])[];
  /** What may not be recorded, in any form. */
  secrets: readonly string[];
  /** The token in use, where there is one that can be renewed. */
  renewable?: string;
}>;

/** `isPassing`: it may go better later. */
export type Refused = Readonly<{ failed: Failure; isPassing: boolean }>;

export type Authenticated = { readonly authentication: Authentication } | Refused;

/** A connection as it is now, opened. */
export type OpenConnection = Readonly<{
  id: string;
  org: string;
  definition: ConnectionDefinition;
  credentials: Credentials;
}>;

/** `except`: a token that the server refused. */
export type Authenticate = (
  connection: OpenConnection,
  except: string | undefined,
  signal: AbortSignal,
) => Promise<Authenticated>;

export const refusedFor = (message: string, isPassing = false): Refused => ({
  failed: { code: 'authentication-failed', message },
  isPassing,
});
