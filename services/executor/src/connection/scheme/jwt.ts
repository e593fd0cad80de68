import type { Json, JsonObject } from '@karrio/domain';
import { SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto';
import { renderConnectionJson, toAuthentication } from '../auth-template.ts';
import {
  refusedFor,
  type Authenticate,
  type Authenticated,
  type OpenConnection,
  type Refused,
} from '../authentication.ts';
import { credentialsKeyOf } from '../credentials.ts';

const algorithms = ['HS256', 'RS256', 'ES256'] as const;
type Algorithm = (typeof algorithms)[number];

const lifetimeSecondsDefault = 300;
const tokensMax = 10_000;

type Signed = Readonly<{ token: string; endsAtMs: number }>;

/**
 * A token that we sign ourselves (RFC 7519), kept until a tenth of its life is left. The claims are the
 * parameters_template's; iat, exp, and iss, sub and aud from the credentials are added where it does not say.
 */
export const createJwt = (now: () => number): Authenticate => {
  const tokens = new LRUCache<string, Signed>({ max: tokensMax });
  return async (connection, except) => {
    const { id, definition } = connection;
    const key = `${id} ${credentialsKeyOf(definition)}`;
    const known = tokens.get(key);
    const isUsable = known && known.token !== except && known.endsAtMs > now();
    const signed = isUsable ? known : await sign(connection, now());
    if ('failed' in signed) return signed;
    tokens.set(key, signed);
    return withToken(connection, signed.token);
  };
};

/** An auth_template sees the token as `credentials.token` and `credentials.access_token`. */
export const withToken = ({ definition, credentials: own }: OpenConnection, token: string): Authenticated => {
  const credentials = {
    values: { ...own.values, token, access_token: token },
    secrets: [...own.secrets, token],
  };
  if (!definition.authTemplate?.trim()) {
    return renewable(toAuthentication({ authorization: `Bearer ${token}` }, credentials), token);
  }
  const outcome = renderConnectionJson(definition, 'auth_template', definition.authTemplate, credentials);
  return 'failed' in outcome ? outcome : renewable(toAuthentication(outcome.object, credentials), token);
};

const renewable = (authenticated: Authenticated, token: string): Authenticated =>
  'failed' in authenticated
    ? authenticated
    : { authentication: { ...authenticated.authentication, renewable: token } };

const sign = async (
  { definition, credentials }: OpenConnection,
  nowMs: number,
): Promise<Signed | Refused> => {
  const { name, parametersTemplate } = definition;
  const { values } = credentials;
  const algorithm = algorithmOf(values['algorithm']);
  if (!algorithm) {
    return refusedFor(
      `Connection ${name} has no known algorithm; set the credential to HS256, RS256 or ES256.`,
    );
  }
  const key = keyOf(algorithm, values);
  if (!key) return refusedFor(`Connection ${name}: ${keyMissing[algorithm]}`);
  const claims = renderConnectionJson(definition, 'parameters_template', parametersTemplate, credentials);
  if ('failed' in claims) return claims;
  const issuedAt = Math.floor(nowMs / 1_000);
  const lifetime = numberOf(values['lifetime_seconds']) ?? lifetimeSecondsDefault;
  const payload = { ...standardClaims(values), iat: issuedAt, exp: issuedAt + lifetime, ...claims.object };
  const keyId = values['key_id'];
  try {
    const token = await new SignJWT(payload)
      .setProtectedHeader({
        alg: algorithm,
        typ: 'JWT',
        ...(typeof keyId === 'string' ? { kid: keyId } : {}),
      })
      .sign(key);
    const endSeconds = numberOf(payload.exp) ?? issuedAt + lifetime;
    return { token, endsAtMs: nowMs + (endSeconds * 1_000 - nowMs) * 0.9 };
  } catch {
    // The library's own message may quote key material.
    return refusedFor(`Connection ${name}: the key does not fit ${algorithm}. ${keyMissing[algorithm]}`);
  }
};

const keyMissing: Readonly<Record<Algorithm, string>> = {
  HS256: 'Set the credential secret to the shared key.',
  RS256: 'Set the credential private_key to an RSA key of at least 2,048 bits in PEM.',
  ES256: 'Set the credential private_key to a P-256 key in PEM.',
};

const algorithmOf = (value: Json | undefined): Algorithm | undefined =>
  algorithms.find((algorithm) => algorithm === (value ?? 'HS256'));

const keyOf = (algorithm: Algorithm, values: JsonObject): KeyObject | undefined => {
  const { secret, private_key: pem } = values;
  try {
    if (algorithm === 'HS256') {
      return typeof secret === 'string' && secret !== ''
        ? createSecretKey(Buffer.from(secret, 'utf8'))
        : undefined;
    }
    // People paste a key into one line with `\n` written out.
    return typeof pem === 'string' ? createPrivateKey(pem.replaceAll('\\n', '\n')) : undefined;
  } catch {
    return undefined;
  }
};

const standardClaims = (values: JsonObject): JsonObject => {
  const { issuer: iss, subject: sub, audience: aud } = values;
  return {
    ...(iss === undefined ? {} : { iss }),
    ...(sub === undefined ? {} : { sub }),
    ...(aud === undefined ? {} : { aud }),
  };
};

/** Also `"300"`: a credential is often a text. */
const numberOf = (value: Json | undefined): number | undefined => {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined;
};
