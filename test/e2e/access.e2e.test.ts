import { eventually } from '@karrio/testing';
import { describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { newTag } from './support/workflow.ts';

const stack = inject('stack');
const first = gatewayClient(stack);

type Headers = Readonly<Record<string, string>>;

/** Whatever an answer holds: the stories assert its shape as they go. */
const call = async (method: string, path: string, body?: object, headers: Headers = {}) => {
  const response = await fetch(stack.gateway + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
};
const ask = (query: string, headers: Headers, variables: object = {}) =>
  call('POST', '/graphql', { query, variables }, headers).then(({ body }) => body);

const password = 'correct horse battery';

/** An organisation of its own, with its owner's key. */
const newOrganization = async (name = `Access ${newTag()}`) => {
  const { create_organization: made } = await first.query(
    `mutation { create_organization(input: { name: "${name}" }) { organization { id name } key } }`,
  );
  return { id: made.organization.id, name, owner: { authorization: `Token ${made.key}` } };
};

const invite = async (owner: Headers, email: string, role: string) => {
  const query = `mutation { invite_member(input: { email: "${email}", role: ${role} }) { errors { field messages } invitation { id email role } token } }`;
  return (await ask(query, owner)).data.invite_member;
};

const accept = (token: string, body: object = { password, name: 'Ada' }, headers: Headers = {}) =>
  call('POST', '/v1/auth/invitations/accept', { token, transport: 'bearer', ...body }, headers);

const createWorkflow = `mutation { create_workflow(input: { name: "Mine", action_nodes: [] }) { errors { field } workflow { id } } }`;
const codeIn = (body: { readonly errors?: readonly { readonly code: string }[] }) => body.errors?.[0]?.code;

describe('an owner', () => {
  it('invites a developer, who may build and not administer, and who is shut out at once when removed', async () => {
    const { id, name, owner } = await newOrganization();
    const email = `ada-${newTag()}@example.com`;
    const { invitation, token, errors } = await invite(owner, ` ${email.toUpperCase()} `, 'developer');
    expect(errors).toBeNull();
    expect(invitation).toMatchObject({ email, role: 'developer' });

    const accepted = await accept(token);
    expect(accepted.body).toMatchObject({
      user: { email, name: 'Ada' },
      organizations: [{ id, name, role: 'developer' }],
    });
    const ada = { authorization: `Bearer ${accepted.body.token}` };
    expect((await ask(createWorkflow, ada)).data.create_workflow.errors).toBeNull();
    expect(codeIn(await ask('{ api_keys { id } }', ada))).toBe('forbidden');
    expect(
      codeIn(await ask('mutation { create_api_key(input: { name: "K", role: viewer }) { key } }', ada)),
    ).toBe('forbidden');

    const { members } = (await ask('{ members { id email name role } }', owner)).data;
    expect(members).toEqual([{ id: expect.any(String), email, name: 'Ada', role: 'developer' }]);
    const change = `mutation { change_member_role(input: { id: "${members[0].id}", role: viewer }) { errors { field } member { role } } }`;
    expect((await ask(change, owner)).data.change_member_role.member).toEqual({ role: 'viewer' });
    expect(codeIn(await ask(createWorkflow, ada))).toBe('forbidden');

    await ask(`mutation { remove_member(input: { id: "${members[0].id}" }) { errors { field } } }`, owner);
    expect(codeIn(await ask('{ workflows { edges { cursor } } }', ada))).toBe('forbidden');
    expect((await call('GET', '/v1/auth/session', undefined, ada)).body.organizations).toEqual([]);
  });

  it('gives a key its role, its mode and its end, and takes it back everywhere at once', async () => {
    const { owner } = await newOrganization();
    const make = (input: string) =>
      ask(
        `mutation { create_api_key(input: { ${input} }) { errors { field messages } key api_key { id role test_mode expires_at } } }`,
        owner,
      ).then(({ data }) => data.create_api_key);
    const made = await make('name: "CI", role: operator, test_mode: true');
    expect(made.api_key).toMatchObject({ role: 'operator', test_mode: true, expires_at: null });
    const key = { authorization: `Token ${made.key}` };
    expect((await ask('{ viewer { id role test_mode } }', key)).data.viewer).toEqual({
      id: made.api_key.id,
      role: 'operator',
      test_mode: true,
    });
    expect(codeIn(await ask(createWorkflow, key))).toBe('forbidden');
    const late = await make('name: "Late", role: viewer, expires_at: "2020-01-01T00:00:00Z"');
    expect(late.errors).toEqual([{ field: 'expires_at', messages: [expect.any(String)] }]);

    const revoke = `mutation { revoke_api_key(input: { id: "${made.api_key.id}" }) { errors { field } api_key { revoked_at } } }`;
    expect((await ask(revoke, owner)).data.revoke_api_key.api_key.revoked_at).toEqual(expect.any(String));
    expect(codeIn(await ask('{ viewer { id } }', key))).toBe('invalid_token');
  });
});

describe('somebody who is signed in', () => {
  it('in a browser shows with each change that our page asked, and is out everywhere once signed out', async () => {
    const { owner } = await newOrganization();
    const email = `bob-${newTag()}@example.com`;
    await accept((await invite(owner, email, 'admin')).token);
    const signedIn = await call('POST', '/v1/auth/sign-in', { email, password });
    const set = signedIn.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^karrio_session=session_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Expires=/);
    expect(signedIn.body).not.toHaveProperty('token');
    const cookie = set.split(';')[0] ?? '';
    expect(codeIn(await ask(createWorkflow, { cookie }))).toBe('csrf_token_required');
    const page = { cookie, 'x-csrf-token': signedIn.body.csrf_token };
    expect((await ask(createWorkflow, page)).data.create_workflow.errors).toBeNull();
    expect((await call('GET', '/v1/auth/session', undefined, { cookie })).body.csrf_token).toBe(
      signedIn.body.csrf_token,
    );
    expect((await call('POST', '/v1/auth/sign-out', undefined, page)).status).toBe(204);
    expect(codeIn(await ask('{ viewer { id } }', page))).toBe('invalid_token');
  });

  it('is in several organisations, each with its role, and in no other one', async () => {
    const [a, b, c] = [await newOrganization(), await newOrganization(), await newOrganization()];
    const email = `eve-${newTag()}@example.com`;
    const { token } = (await accept((await invite(a.owner, email, 'viewer')).token)).body;
    const eve = { authorization: `Bearer ${token}` };
    const { token: second } = await invite(b.owner, email, 'developer');
    // What was sent is not enough for who has a password already.
    expect(codeIn((await accept(second)).body)).toBe('authentication_required');
    expect((await accept(second, {}, eve)).body.user.email).toBe(email);
    const roleIn = async (org: string) => {
      const answer = await ask('{ viewer { role organization_id } }', { ...eve, 'x-org-id': org });
      return answer.data ? answer.data.viewer.role : codeIn(answer);
    };
    expect(await Promise.all([a, b, c].map(({ id }) => roleIn(id)))).toEqual([
      'viewer',
      'developer',
      'forbidden',
    ]);
    expect(await roleIn(`org_${'0'.repeat(32)}`)).toBe('forbidden');
  });

  it('chooses another password, with which every other session ends', async () => {
    const { owner } = await newOrganization();
    const email = `mia-${newTag()}@example.com`;
    const weak = await invite(owner, email, 'viewer');
    expect((await accept(weak.token, { password: 'short' })).body.errors[0].message).toContain('at least 10');
    const { token: old } = (await accept(weak.token)).body;
    const signIn = (given: string) =>
      call('POST', '/v1/auth/sign-in', { email, password: given, transport: 'bearer' });
    const mia = { authorization: `Bearer ${(await signIn(password)).body.token}` };
    const next = 'another battery horse';
    const changed = await call(
      'POST',
      '/v1/auth/password',
      { current_password: password, new_password: next },
      mia,
    );
    expect(changed.status).toBe(204);
    expect((await call('GET', '/v1/auth/session', undefined, mia)).status).toBe(200);
    expect(
      (await call('GET', '/v1/auth/session', undefined, { authorization: `Bearer ${old}` })).status,
    ).toBe(401);
    expect((await signIn(password)).body.errors[0].code).toBe('wrong_credentials');
    expect((await signIn(next)).status).toBe(200);
  });
});

describe('a forgotten password', () => {
  const reset = async (owner: Headers, email: string) => {
    const { members } = (await ask('{ members { id email } }', owner)).data;
    const { id } = members.find((member: { email: string }) => member.email === email);
    const query = `mutation { reset_member_password(input: { id: "${id}" }) { errors { messages } member { email } token } }`;
    return (await ask(query, owner)).data.reset_member_password;
  };

  it('is chosen anew by what an owner makes, once, and everybody who was signed in is out', async () => {
    const { owner } = await newOrganization();
    const email = `kim-${newTag()}@example.com`;
    const kim = {
      authorization: `Bearer ${(await accept((await invite(owner, email, 'admin')).token)).body.token}`,
    };
    const earlier = await reset(owner, email);
    const { errors, member, token } = await reset(owner, email);
    expect([errors, member]).toEqual([null, { email }]);
    const next = 'quite another battery';
    const choose = (given: string, chosen = next) =>
      call('POST', '/v1/auth/password-reset', { token: given, password: chosen });
    expect((await choose(token, 'short')).body.errors[0].message).toContain('at least 10');
    expect((await choose(earlier.token)).status).toBe(404);
    expect((await call('GET', '/v1/auth/session', undefined, kim)).status).toBe(200);
    expect((await choose(token)).status).toBe(204);
    expect((await call('GET', '/v1/auth/session', undefined, kim)).status).toBe(401);
    expect((await choose(token)).status).toBe(404);
    const signIn = (given: string) => call('POST', '/v1/auth/sign-in', { email, password: given });
    expect(codeIn((await signIn(password)).body)).toBe('wrong_credentials');
    expect((await signIn(next)).status).toBe(200);
  });

  // Or an owner of one organisation could come into another one as somebody else.
  it('of who is a member elsewhere too is for who runs the server alone, also where that is so since', async () => {
    const [a, b] = [await newOrganization(), await newOrganization()];
    const email = `lee-${newTag()}@example.com`;
    const { token: session } = (await accept((await invite(a.owner, email, 'viewer')).token)).body;
    const { token } = await reset(a.owner, email);
    await accept((await invite(b.owner, email, 'viewer')).token, {}, { authorization: `Bearer ${session}` });
    const late = await call('POST', '/v1/auth/password-reset', { token, password: 'quite another battery' });
    expect([late.status, codeIn(late.body)]).toEqual([403, 'forbidden']);
    expect(await reset(a.owner, email)).toMatchObject({
      errors: [{ messages: [expect.stringContaining('npm run people')] }],
      token: null,
    });
  });
});

describe('a sign-in', () => {
  it('stands in the audit log of the organisation, and so does one that failed', async () => {
    const { owner } = await newOrganization();
    const email = `zoe-${newTag()}@example.com`;
    const { id } = (await accept((await invite(owner, email, 'viewer')).token)).body.user;
    await call('POST', '/v1/auth/sign-in', { email, password: 'not the right one' });
    const query = `{ audit_log(filter: { entity_id: "${id}" }) {
      edges { node { actor action outcome refusal origin { ip } } } } }`;
    const told = await eventually('both are told', async () => {
      const nodes = (await ask(query, owner)).data.audit_log.edges.map(({ node }: { node: object }) => node);
      return nodes.length >= 4 && nodes;
    });
    const origin = { ip: '127.0.0.1' };
    expect(told).toEqual([
      expect.objectContaining({
        action: 'POST /v1/auth/sign-in',
        outcome: 'refused',
        actor: 'anonymous',
        origin,
      }),
      { actor: id, action: 'start_session', outcome: 'accepted', refusal: null, origin },
      // With a password and a name.
      { actor: id, action: 'accept_invitation', outcome: 'accepted', refusal: null, origin },
      { actor: id, action: 'accept_invitation', outcome: 'accepted', refusal: null, origin },
    ]);
    expect(told[0].refusal.code).toBe('wrong_credentials');
  });
});

describe('wrong passwords', () => {
  it('are answered alike for who is known and who is not, and then no more', async () => {
    const email = `nobody-${newTag()}@example.com`;
    const tries = [];
    for (let n = 0; n < 11; n++) tries.push(await call('POST', '/v1/auth/sign-in', { email, password }));
    expect(tries.slice(0, 10).map(({ status, body }) => [status, codeIn(body)])).toEqual(
      Array.from({ length: 10 }, () => [401, 'wrong_credentials']),
    );
    expect([tries[10]?.status, codeIn(tries[10]?.body)]).toEqual([429, 'rate_limited']);
    expect(Number(tries[10]?.headers.get('retry-after'))).toBeGreaterThan(600);
  });
});
