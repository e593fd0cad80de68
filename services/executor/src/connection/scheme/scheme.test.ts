import { decodeProtectedHeader, jwtVerify } from 'jose';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Authenticate, Authentication } from '../authentication.ts';
import { aConnection } from '../connection.fixture.ts';
import { apiKey } from './api-key.ts';
import { basic } from './basic.ts';
import { createJwt } from './jwt.ts';

const { signal } = new AbortController();

const authenticated = async (
  scheme: Authenticate,
  ...[given, values, except]: [...Parameters<typeof aConnection>, except?: string]
): Promise<Authentication> => {
  const outcome = await scheme(aConnection(given, values), except, signal);
  if ('failed' in outcome) throw new Error(outcome.failed.message);
  return outcome.authentication;
};

const complaint = async (scheme: Authenticate, ...given: Parameters<typeof aConnection>): Promise<string> => {
  const outcome = await scheme(aConnection(...given), undefined, signal);
  return 'failed' in outcome ? outcome.failed.message : 'no complaint';
};

describe('an api key', () => {
  const template = '{ "Authorization": "Bearer {{credentials.api_key}}" }';

  it('goes where the auth_template places it', async () => {
    const { headers, query } = await authenticated(apiKey, { authTemplate: template }, { api_key: 'k"1' });
    expect({ headers, query }).toEqual({ headers: { authorization: 'Bearer k"1' }, query: [] });
  });

  it('goes into the query where the auth_template says so', async () => {
    const authTemplate = '{"query": {"key": "{{credentials.api_key}}"}, "headers": {"X-Client": "us"}}';
    const { headers, query, secrets } = await authenticated(apiKey, { authTemplate }, { api_key: 'k1' });
    expect({ headers, query }).toEqual({ headers: { 'x-client': 'us' }, query: [['key', 'k1']] });
    expect(secrets).not.toContain('us');
  });

  it('is a bearer token where no template says otherwise', async () => {
    const { headers } = await authenticated(apiKey, {}, { api_key: 'k1' });
    expect(headers).toEqual({ authorization: 'Bearer k1' });
  });

  it('that is missing is named', async () => {
    expect(await complaint(apiKey, {}, {})).toContain('api_key');
  });

  it('is not in the complaint about a template that does not render', async () => {
    const authTemplate = '{ "Authorization": {{credentials.api_key}} garbage }';
    const said = await complaint(apiKey, { authTemplate }, { api_key: 'sk_live_1' });
    expect(said).toContain('auth_template');
    expect(said).not.toContain('sk_live_1');
  });

  it('is what the request’s own templates see as connection', async () => {
    const { context } = await authenticated(apiKey, {}, { api_key: 'k1', shop: 'a' });
    expect(context).toEqual({ api_key: 'k1', shop: 'a' });
  });
});

describe('a user name and a password', () => {
  const basicHeader = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  it('are sent as RFC 7617 has it, in UTF-8', async () => {
    const { headers, secrets } = await authenticated(basic, {}, { username: 'jürgen', password: 'a:b' });
    expect(headers).toEqual({ authorization: basicHeader('jürgen:a:b') });
    expect(secrets).toContain(Buffer.from('jürgen:a:b').toString('base64'));
  });

  it('come from the auth_template where there is one', async () => {
    const authTemplate = '{{credentials.username}}:{{credentials.password}}';
    const { headers } = await authenticated(basic, { authTemplate }, { username: 'u', password: 'p<&"' });
    expect(headers).toEqual({ authorization: basicHeader('u:p<&"') });
  });

  it('that are missing are named', async () => {
    expect(await complaint(basic, {}, { password: 'p' })).toContain('username');
  });
});

describe('a JWT', () => {
  const now = Date.now();
  const secret = 'a-shared-key-of-at-least-32-bytes!!';
  const tokenOf = ({ headers }: Authentication) => headers['authorization']?.replace('Bearer ', '') ?? '';
  const claimsTemplate = '{"scope": "rates", "shop": "{{credentials.shop}}"}';
  const values = { secret, shop: 's1', issuer: 'us', audience: 'them', lifetime_seconds: '120' };

  it('is signed with HS256 and has the template’s claims and the standard ones', async () => {
    const outcome = await authenticated(
      createJwt(() => now),
      { parametersTemplate: claimsTemplate },
      values,
    );
    const { payload } = await jwtVerify(tokenOf(outcome), Buffer.from(secret), {
      issuer: 'us',
      audience: 'them',
    });
    const iat = Math.floor(now / 1_000);
    expect(payload).toMatchObject({ scope: 'rates', shop: 's1', iat, exp: iat + 120 });
    expect(outcome.secrets).toContain(tokenOf(outcome));
  });

  const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
    key.export({ format: 'pem', type }).toString();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const asymmetric: readonly (readonly [string, string, string, KeyObject])[] = [
    ['RS256', 'PKCS 8', pem(rsa.privateKey, 'pkcs8'), rsa.publicKey],
    ['RS256', 'PKCS 1', pem(rsa.privateKey, 'pkcs1'), rsa.publicKey],
    ['RS256', 'one line', pem(rsa.privateKey, 'pkcs8').replaceAll('\n', '\\n'), rsa.publicKey],
    ['ES256', 'PKCS 8', pem(ec.privateKey, 'pkcs8'), ec.publicKey],
    ['ES256', 'SEC 1', pem(ec.privateKey, 'sec1'), ec.publicKey],
  ];

  it.each(asymmetric)('is signed with %s by a key in %s', async (algorithm, _form, privateKey, publicKey) => {
    const given = { algorithm, private_key: privateKey, key_id: 'k7' };
    const token = tokenOf(
      await authenticated(
        createJwt(() => now),
        {},
        given,
      ),
    );
    await jwtVerify(token, publicKey, { algorithms: [algorithm] });
    expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, typ: 'JWT', kid: 'k7' });
  });

  it('is kept until a tenth of its life is left, and then made anew', async () => {
    let time = now;
    const scheme = createJwt(() => time);
    const first = tokenOf(await authenticated(scheme, {}, values));
    time = now + 100_000;
    expect(tokenOf(await authenticated(scheme, {}, values))).toBe(first);
    time = now + 109_000;
    expect(tokenOf(await authenticated(scheme, {}, values))).not.toBe(first);
  });

  it('is made anew when the server refused it', async () => {
    let time = now;
    const scheme = createJwt(() => time);
    const { renewable } = await authenticated(scheme, {}, values);
    time = now + 2_000;
    const again = await authenticated(scheme, {}, values, renewable);
    expect(again.renewable).not.toBe(renewable);
  });

  it.each([
    ['an unknown algorithm', { algorithm: 'none', secret }, 'algorithm'],
    ['no key', {}, 'secret'],
    ['a key of another kind', { algorithm: 'ES256', private_key: pem(rsa.privateKey, 'pkcs8') }, 'P-256'],
    ['garbage for a key', { algorithm: 'RS256', private_key: 'garbage-key' }, 'private_key'],
  ])('names the remedy for %s, without the key', async (_what, given, remedy) => {
    const said = await complaint(
      createJwt(() => now),
      {},
      given,
    );
    expect(said).toContain(remedy);
    const shown = Object.values(given).filter((value) => value.length > 10 && said.includes(value));
    expect(shown).toEqual([]);
  });
});
