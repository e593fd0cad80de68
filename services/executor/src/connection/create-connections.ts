import type { EventStore } from '@karrio/event-store-client';
import type { MasterKeys } from '@karrio/vault';
import { openVault } from '@karrio/vault';
import type { HttpClient } from '../egress/http-client.ts';
import { createAuthenticator, type Authenticator } from './authenticator.ts';
import { createConnectionStore } from './connection-store.ts';
import { apiKey } from './scheme/api-key.ts';
import { basic } from './scheme/basic.ts';
import { createJwt } from './scheme/jwt.ts';
import { createOAuth2 } from './scheme/oauth2.ts';
import { createRequestGrant } from './token/request-grant.ts';
import { createTokenStore } from './token/token-store.ts';

export type ConnectionsOptions = Readonly<{
  store: EventStore;
  client: Pick<HttpClient, 'send' | 'options'>;
  masterKeys: MasterKeys;
  now: () => number;
}>;

export type Connections = AsyncDisposable & Readonly<{ authenticate: Authenticator }>;

/** Every way to authenticate that this build knows. */
export const createConnections = ({ store, client, masterKeys, now }: ConnectionsOptions): Connections => {
  const vault = openVault({ masterKeys, store, now });
  const connections = createConnectionStore(store);
  const oauth2 = createOAuth2({
    tokens: createTokenStore({ store, now }),
    requestGrant: createRequestGrant(client),
    seal: async (org, plain) => (await vault.seal(org, plain, 'token')).sealed,
    open: (org, sealed) => vault.open(org, sealed, 'token'),
    now,
  });
  const open = (org: string, sealed: string) => vault.open(org, sealed, 'credential');
  const schemes = { api_key: apiKey, basic, jwt: createJwt(now), oauth2 };
  return {
    authenticate: createAuthenticator(connections, open, schemes),
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
};
