import type { GrantedToken } from '@karrio/domain';
import { credentialsKeyOf } from '../credentials.ts';
import type { Authenticate, Refused, OpenConnection } from '../authentication.ts';
import { grantOf, type Grant } from '../token/grant.ts';
import type { RequestGrant } from '../token/request-grant.ts';
import type { TokenStore } from '../token/token-store.ts';
import { withToken } from './jwt.ts';

export type OAuth2Ports = Readonly<{
  tokens: TokenStore;
  requestGrant: RequestGrant;
  seal: (org: string, plain: string) => Promise<string>;
  open: (org: string, sealed: string) => Promise<string>;
  now: () => number;
}>;

/** An access token from an authorization server (RFC 6749), shared by all processes and renewed before it ends. */
export const createOAuth2 = (ports: OAuth2Ports): Authenticate => {
  return async (connection, except, signal) => {
    const { id: connectionId, org, definition } = connection;
    const grant = grantOf(connection);
    if ('failed' in grant) return grant;
    const need = { connectionId, org, credentialsKey: credentialsKeyOf(definition), except };
    const outcome = await ports.tokens.tokenFor(
      need,
      (basis) => ask(ports, connection, grant, basis, signal),
      signal,
    );
    if ('failed' in outcome) return outcome.failed;
    const { sealedAccessToken: renewable } = outcome.token;
    const token = await ports.open(org, renewable);
    const authenticated = withToken(connection, token);
    if ('failed' in authenticated) return authenticated;
    return { authentication: { ...authenticated.authentication, renewable } };
  };
};

const ask = async (
  { requestGrant, seal, open, now }: OAuth2Ports,
  { org, definition }: OpenConnection,
  grant: Grant,
  basis: GrantedToken | undefined,
  signal: AbortSignal,
): Promise<{ readonly token: GrantedToken } | { readonly failed: Refused }> => {
  const rotated = basis?.sealedRefreshToken;
  const refreshToken =
    grant.refreshToken === undefined || !rotated ? grant.refreshToken : await open(org, rotated);
  const granted = await requestGrant(grant, refreshToken, signal);
  if ('failed' in granted) return { failed: granted };
  const { accessToken, refreshToken: given, expiresInSeconds } = granted;
  const grantedAtMs = now();
  const token: GrantedToken = {
    credentialsKey: credentialsKeyOf(definition),
    sealedAccessToken: await seal(org, accessToken),
    // A server that does not replace the refresh token goes on with the one it gave before.
    sealedRefreshToken: given === undefined ? (rotated ?? null) : await seal(org, given),
    grantedAt: new Date(grantedAtMs).toISOString(),
    expiresAt:
      expiresInSeconds === undefined ? null : new Date(grantedAtMs + expiresInSeconds * 1_000).toISOString(),
  };
  return { token };
};
