import { isSet, type AuthType, type PlannedConnection } from '@karrio/domain';
import { VaultError } from '@karrio/vault';
import { refusedFor, type Authenticate, type Authenticated } from './authentication.ts';
import type { ConnectionStore, StoredConnection } from './connection-store.ts';
import { openCredentials } from './credentials.ts';

/** A secret of an organisation, opened. */
type Open = (org: string, sealed: string) => Promise<string>;

/** What a connection adds to a request that is about to leave. */
export type Authenticator = (
  planned: Pick<PlannedConnection, 'id' | 'name' | 'revision'>,
  org: string,
  /** A token that the server just refused: another one is wanted. */
  except: string | undefined,
  signal: AbortSignal,
) => Promise<Authenticated>;

export const createAuthenticator = (
  connections: Pick<ConnectionStore, 'connectionOf'>,
  open: Open,
  schemes: Readonly<Record<AuthType, Authenticate>>,
): Authenticator => {
  return async ({ id, name, revision }, org, except, signal) => {
    const found = await connections.connectionOf(id, revision);
    // An id says nothing of whose it is: the organisation is compared.
    if (found?.org !== org) {
      return refusedFor(`Connection ${name} was deleted; give the action another one.`);
    }
    const missing = missingIn(found);
    if (missing.length > 0) {
      return refusedFor(
        `Connection ${name} lacks the required ${missing.join(', ')}; set it, then run again.`,
      );
    }
    const credentials = await opened(found, open);
    if (!credentials) {
      return refusedFor(
        `The credentials of connection ${name} cannot be opened: they were sealed under a key that is gone. Set them again.`,
      );
    }
    const { definition } = found;
    return schemes[definition.authType]({ id, org, definition, credentials }, except, signal);
  };
};

const missingIn = ({ definition }: StoredConnection): readonly string[] =>
  definition.metafields.flatMap((metafield) =>
    metafield.isRequired && !isSet(metafield) ? [metafield.key] : [],
  );

const opened = async ({ org, definition }: StoredConnection, open: Open) => {
  try {
    return await openCredentials(definition, (sealed) => open(org, sealed));
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
};
