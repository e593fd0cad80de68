import { directory, ensureDataKey, openVault, userIdOf } from '@karrio/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { masterKeys, projected, startGateway, startsSession, type TestGateway } from './harness.ts';
import { clientId, clientSecret, startOidcProvider, type OidcProvider } from './oidc-provider.ts';

const at = '2026-11-22T10:00:00.000Z';
const stack = new AsyncDisposableStack();
let gateway: TestGateway;
let provider: OidcProvider;
let userId: string;

/** Where the provider sends browsers back to; the test brings them to the gateway that it started. */
const publicUrl = 'http://gateway.test';

beforeAll(async () => {
  provider = stack.use(await startOidcProvider());
  const oidc = { issuer: provider.issuer, clientId, clientSecret };
  gateway = stack.use(await startGateway({ publicUrl, oidc }));
  const { store, db } = gateway;
  await ensureDataKey(store, masterKeys, directory, at);
  const vault = openVault({ masterKeys, store });
  userId = await userIdOf(vault, 'ada@example.com');
  await ensureDataKey(store, masterKeys, userId, at);
  const { sealed } = await vault.seal(userId, 'ada@example.com', 'personal');
  const times = { created_at: at, updated_at: at, revision: 0 };
  await db
    .insertInto('user_account')
    .values({ id: userId, address_id: userId, sealed_email: sealed, ...times })
    .execute();
  await db
    .insertInto('organization')
    .values({ id: 'org_1', name: 'One', created_at: at, revision: 0 })
    .execute();
  await db
    .insertInto('member')
    .values({ id: 'memb_1', org_id: 'org_1', user_id: userId, role: 'developer', removed_at: null, ...times })
    .execute();
  await projected(gateway, 0);
  gateway.answerWith(startsSession(gateway));
});
afterAll(() => stack.disposeAsync());

type Jar = Map<string, string>;

/** A browser's step: its cookies go along, and what is set stays. */
const visit = async (url: string, jar: Jar) => {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(url.replace(publicUrl, gateway.url), {
    redirect: 'manual',
    headers: cookie ? { cookie } : {},
  });
  for (const set of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
  return response;
};

/** There and back; gives the last answer. */
const signIn = async (jar: Jar) => {
  const begun = await visit(`${gateway.url}/v1/auth/oidc/start`, jar);
  const there = await visit(begun.headers.get('location') ?? '', new Map());
  return { begun, back: there.headers.get('location') ?? '' };
};

const codeOf = async (response: Response) => JSON.parse(await response.text()).errors[0].code;

describe('a sign-in by the company’s provider', () => {
  it('lets in who was invited by the address that it vouches for', async () => {
    provider.vouchFor({ email: 'Ada@Example.com', email_verified: true });
    const jar: Jar = new Map();
    const { begun, back } = await signIn(jar);
    expect(begun.headers.get('set-cookie')).toMatch(
      /^karrio_oidc=[\w-]+; Path=\/v1\/auth\/oidc; HttpOnly; SameSite=Lax/,
    );
    const landed = await visit(back, jar);
    expect([landed.status, landed.headers.get('location')]).toEqual([302, '/']);
    expect([...jar.keys()]).toEqual(['karrio_session']);
    const session = await (await visit(`${gateway.url}/v1/auth/session`, jar)).json();
    expect(session).toMatchObject({
      user: { id: userId, email: 'ada@example.com' },
      organizations: [{ id: 'org_1', role: 'developer' }],
    });
  });

  it.each([
    ['an address that nobody invited', { email: 'eve@example.com', email_verified: true }],
    ['an address that it has not verified', { email: 'ada@example.com', email_verified: false }],
    ['no address', {}],
  ])('does not let in %s', async (_, claims) => {
    provider.vouchFor(claims);
    const jar: Jar = new Map();
    const landed = await visit((await signIn(jar)).back, jar);
    expect([landed.status, await codeOf(landed), jar.has('karrio_session')]).toEqual([
      403,
      'forbidden',
      false,
    ]);
  });

  it('is refused where it comes back to a browser that did not go, or with another’s nonce or state', async () => {
    provider.vouchFor({ email: 'ada@example.com', email_verified: true });
    const jar: Jar = new Map();
    const { back } = await signIn(jar);
    expect(await codeOf(await visit(back, new Map()))).toBe('wrong_credentials');
    expect(await codeOf(await visit(back.replace(/state=[^&]*/, 'state=other'), jar))).toBe(
      'wrong_credentials',
    );
    provider.vouchFor({ email: 'ada@example.com', email_verified: true, nonce: 'another' });
    const other: Jar = new Map();
    expect(await codeOf(await visit((await signIn(other)).back, other))).toBe('wrong_credentials');
    expect(other.has('karrio_session')).toBe(false);
  });
});

it('knows a person by the address that they have now, and by no former one', async () => {
  const byNow = await userIdOf(openVault({ masterKeys, store: gateway.store }), 'ada@new.example.com');
  await gateway.db.updateTable('user_account').set({ address_id: byNow }).where('id', '=', userId).execute();
  const landing = async (email: string) => {
    provider.vouchFor({ email, email_verified: true });
    const jar: Jar = new Map();
    return (await visit((await signIn(jar)).back, jar)).status;
  };
  expect(await landing('Ada@new.example.com')).toBe(302);
  expect(await landing('ada@example.com')).toBe(403);
  const body = JSON.stringify({ email: 'ada@example.com', password: 'correct horse battery' });
  expect((await fetch(`${gateway.url}/v1/auth/sign-in`, { method: 'POST', body })).status).toBe(401);
});
