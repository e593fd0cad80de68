import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export type Claims = Readonly<{ email?: string; email_verified?: boolean; nonce?: string }>;

export type OidcProvider = AsyncDisposable &
  Readonly<{
    issuer: string;
    /** What it says of whoever comes next, beside who it is. */
    vouchFor: (claims: Claims) => void;
  }>;

export const clientId = 'karrio';
export const clientSecret = 'the client’s secret';

/** A company's provider that asks nobody anything: whoever is sent there is sent back at once. */
export const startOidcProvider = async (): Promise<OidcProvider> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: '1', alg: 'RS256', use: 'sig' };
  const grants = new Map<string, Readonly<{ nonce: string; challenge: string }>>();
  let vouched: Claims = {};
  let issuer = '';

  const json = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  const authorize = (url: URL, response: ServerResponse) => {
    const { searchParams: asked } = url;
    const code = `code-${grants.size}`;
    grants.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' });
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
    response.writeHead(302, { location: back.href }).end();
  };

  const token = async (form: URLSearchParams, response: ServerResponse) => {
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant?.challenge !== challenge) return json(response, 400, { error: 'invalid_grant' });
    const idToken = await new SignJWT({ nonce: grant.nonce, ...vouched })
      .setProtectedHeader({ alg: 'RS256', kid: '1' })
      .setIssuer(issuer)
      .setAudience(clientId)
      .setSubject('somebody')
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey);
    return json(response, 200, { access_token: 'unused', token_type: 'Bearer', id_token: idToken });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/authorize') return authorize(url, response);
    if (url.pathname === '/jwks') return json(response, 200, { keys: [jwk] });
    if (url.pathname === '/token') {
      const chunks = await request.toArray();
      return token(new URLSearchParams(Buffer.concat(chunks).toString()), response);
    }
    return json(response, 200, {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    });
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    issuer,
    vouchFor: (claims) => {
      vouched = claims;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
