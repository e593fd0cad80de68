import * as client from 'openid-client';

export type OidcSettings = Readonly<{
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where the provider sends browsers back to. */
  redirectUri: string;
}>;

/** What a browser keeps while it is away, and proves with that it was the one that went. */
export type OidcFlow = Readonly<{ state: string; nonce: string; verifier: string }>;

export type Oidc = Readonly<{
  begin: () => Promise<Readonly<{ url: string; flow: OidcFlow }>>;
  /** The address that the provider vouches for. @throws Error where it does not, or the flow is another one */
  finish: (returnedTo: URL, flow: OidcFlow) => Promise<string | undefined>;
}>;

const timeoutSeconds = 10;

/** Sign-in by a company's own provider: authorization code with PKCE, by OpenID Connect Core 1.0. */
export const createOidc = ({ issuer, clientId, clientSecret, redirectUri }: OidcSettings): Oidc => {
  let discovering: Promise<client.Configuration> | undefined;
  const discover = () => {
    const isPlain = issuer.startsWith('http://');
    discovering ??= client
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        timeout: timeoutSeconds,
        // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; a provider without TLS is the operator's choice
        execute: isPlain ? [client.allowInsecureRequests] : [],
      })
      // A provider that is away now may answer the next time.
      .catch((error: unknown) => {
        discovering = undefined;
        throw error;
      });
    return discovering;
  };

  return {
    begin: async () => {
      const flow = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, flow };
    },
    finish: async (returnedTo, { state, nonce, verifier }) => {
      const tokens = await client.authorizationCodeGrant(await discover(), returnedTo, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      const email = claims?.['email'];
      return typeof email === 'string' && claims?.['email_verified'] === true ? email : undefined;
    },
  };
};
