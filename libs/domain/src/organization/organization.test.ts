import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrganizationEvent } from './event.ts';
import { memberToReset, organization, type AdministerOrganization } from './organization.ts';
import { isAtLeast, may, roles, type Role } from './role.ts';
import { roleOf, type OrganizationState } from './state.ts';

const at = '2026-11-27T10:00:00.000Z';
const later = '2026-12-27T10:00:00.000Z';

const folded = (...events: readonly OrganizationEvent[]): OrganizationState =>
  events.reduce(organization.evolve, organization.initial);

const created: OrganizationEvent = { type: 'OrganizationCreated', data: { id: 'org_1', name: 'One', at } };
const aKey = (keyId: string, role: Role, expiresAt: string | null = null) => ({
  keyId,
  name: 'Key',
  hash: keyId.padEnd(64, '0'),
  role,
  testMode: false,
  expiresAt,
});
const issued = (keyId: string, role: Role, expiresAt?: string): OrganizationEvent => ({
  type: 'ApiKeyIssued',
  data: { ...aKey(keyId, role, expiresAt), at },
});
const joined = (userId: string, role: Role): OrganizationEvent => ({
  type: 'MemberJoined',
  data: { memberId: `memb_${userId}`, userId, role, invitationId: null, at },
});
const anInvitation = (userId: string, role: Role) => ({
  invitationId: `invt_${userId}`,
  userId,
  role,
  hash: userId,
  expiresAt: later,
});
const invited = (userId: string, role: Role): OrganizationEvent => ({
  type: 'MemberInvited',
  data: { ...anInvitation(userId, role), at },
});

const decide = (state: OrganizationState, command: Parameters<typeof organization.decide>[1]) =>
  organization.decide(state, command);
const by = (actor: string) => ({ by: actor, at });

describe('what somebody may do in an organisation', () => {
  it('is the role of the key or the member, and nothing for who is neither, or no more', () => {
    const state = folded(
      created,
      issued('key_1', 'operator'),
      issued('key_over', 'owner', at),
      issued('key_gone', 'owner'),
      { type: 'ApiKeyRevoked', data: { keyId: 'key_gone', at } },
      joined('user_1', 'developer'),
      joined('user_2', 'viewer'),
      { type: 'MemberRemoved', data: { memberId: 'memb_user_2', at } },
    );
    if (state.status !== 'live') throw new Error('it is there');
    const actors = ['key_1', 'key_over', 'key_gone', 'user_1', 'user_2', 'user_3'];
    expect(actors.map((actor) => roleOf(state, actor, at))).toEqual([
      'operator',
      undefined,
      undefined,
      'developer',
      undefined,
      undefined,
    ]);
  });

  const commands: readonly AdministerOrganization[] = [
    { type: 'RenameOrganization', name: 'Two', ...by('key_1') },
    { type: 'IssueApiKey', apiKey: aKey('key_2', 'viewer'), ...by('key_1') },
    { type: 'RevokeApiKey', keyId: 'key_v', ...by('key_1') },
    { type: 'InviteMember', ...anInvitation('user_9', 'viewer'), ...by('key_1') },
    { type: 'RevokeInvitation', invitationId: 'invt_user_3', ...by('key_1') },
    { type: 'ChangeMemberRole', memberId: 'memb_user_2', role: 'operator', ...by('key_1') },
    { type: 'RemoveMember', memberId: 'memb_user_2', ...by('key_1') },
  ];

  it.each(roles)('follows the table of permissions on the write side too: %s', (role) => {
    const state = folded(
      created,
      issued('key_1', role),
      issued('key_v', 'viewer'),
      joined('user_1', 'owner'),
      joined('user_2', 'viewer'),
      invited('user_3', 'viewer'),
    );
    const outcomes = commands.map((command) => 'accepted' in decide(state, command));
    expect(outcomes).toEqual(commands.map(() => may(role, 'members:write')));
  });

  it('is refused to who is none of the organisation’s as if there were no such organisation', () => {
    const state = folded(created, issued('key_1', 'owner'));
    const rename = { type: 'RenameOrganization', name: 'Two', ...by('key_9') } as const;
    expect(decide(state, rename)).toEqual(decide(organization.initial, rename));
  });
});

describe('giving a role', () => {
  it('never gives more than the giver has, whoever gives what', () => {
    fc.assert(
      fc.property(fc.constantFrom(...roles), fc.constantFrom(...roles), (mine, given) => {
        const state = folded(
          created,
          issued('key_0', 'owner'),
          issued('key_1', mine),
          joined('user_2', 'viewer'),
        );
        const outcomes = [
          decide(state, { type: 'IssueApiKey', apiKey: aKey('key_2', given), ...by('key_1') }),
          decide(state, { type: 'InviteMember', ...anInvitation('user_3', given), ...by('key_1') }),
        ];
        const isGiven = outcomes.map((outcome) => 'accepted' in outcome);
        expect(isGiven).toEqual(isGiven.map((is) => is && isAtLeast(mine, given)));
      }),
    );
  });

  it('lets an admin make the first owner where there is none, as older first keys need it', () => {
    const invite = { type: 'InviteMember', ...anInvitation('user_1', 'owner'), ...by('key_1') } as const;
    expect(decide(folded(created, issued('key_1', 'admin')), invite)).toHaveProperty('accepted');
    const owned = folded(created, issued('key_1', 'admin'), joined('user_2', 'owner'));
    expect(decide(owned, invite)).toMatchObject({ rejected: { code: 'forbidden', field: 'role' } });
  });
});

describe('the last owner', () => {
  const state = folded(
    created,
    issued('key_1', 'owner'),
    joined('user_1', 'owner'),
    joined('user_2', 'admin'),
  );

  it('stays one, whoever asks', () => {
    const commands = [
      { type: 'RemoveMember', memberId: 'memb_user_1', ...by('key_1') },
      { type: 'RemoveMember', memberId: 'memb_user_1', ...by('user_1') },
      { type: 'ChangeMemberRole', memberId: 'memb_user_1', role: 'admin', ...by('user_1') },
    ] as const;
    for (const command of commands) {
      expect(decide(state, command)).toMatchObject({ rejected: { code: 'in-use', field: 'id' } });
    }
  });

  it('may go once there is another, and admins do not depose owners', () => {
    const two = organization.evolve(state, joined('user_3', 'owner'));
    const remove = (actor: string) =>
      decide(two, { type: 'RemoveMember', memberId: 'memb_user_1', ...by(actor) });
    expect(remove('user_3')).toHaveProperty('accepted');
    expect(remove('user_1')).toHaveProperty('accepted');
    expect(remove('user_2')).toMatchObject({ rejected: { code: 'forbidden' } });
  });

  it('is never lost, whatever is asked by whom', () => {
    const members = ['user_1', 'user_2', 'user_3'];
    const command = fc.oneof(
      fc.record({
        type: fc.constant('ChangeMemberRole' as const),
        memberId: fc.constantFrom(...members.map((id) => `memb_${id}`)),
        role: fc.constantFrom(...roles),
        by: fc.constantFrom('key_1', ...members),
        at: fc.constant(at),
      }),
      fc.record({
        type: fc.constant('RemoveMember' as const),
        memberId: fc.constantFrom(...members.map((id) => `memb_${id}`)),
        by: fc.constantFrom('key_1', ...members),
        at: fc.constant(at),
      }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        let now = folded(
          created,
          issued('key_1', 'owner'),
          joined('user_1', 'owner'),
          joined('user_2', 'owner'),
          joined('user_3', 'viewer'),
        );
        for (const each of commands) {
          const decision = decide(now, each);
          if ('accepted' in decision) now = decision.accepted.reduce(organization.evolve, now);
        }
        expect(now.status === 'live' && [...now.members.values()].some(({ role }) => role === 'owner')).toBe(
          true,
        );
      }),
    );
  });
});

describe('an invitation', () => {
  const state = folded(created, issued('key_1', 'owner'), invited('user_1', 'developer'));
  const accept = { type: 'AcceptInvitation', hash: 'user_1', memberId: 'memb_user_1', at } as const;

  it('is accepted once', () => {
    const decision = decide(state, accept);
    expect(decision).toMatchObject({
      accepted: [{ type: 'MemberJoined', data: { userId: 'user_1', role: 'developer' } }],
    });
    if (!('accepted' in decision)) return;
    const after = decision.accepted.reduce(organization.evolve, state);
    expect(decide(after, accept)).toMatchObject({ rejected: { code: 'not-found', field: 'token' } });
  });

  it('is over at its end, and when it was revoked or another took its place', () => {
    expect(decide(state, { ...accept, at: later })).toMatchObject({ rejected: { code: 'not-found' } });
    const again = { ...anInvitation('user_1', 'viewer'), invitationId: 'invt_2', hash: 'other' };
    const decision = decide(state, { type: 'InviteMember', ...again, ...by('key_1') });
    if (!('accepted' in decision)) throw new Error('it is taken');
    const replaced = decision.accepted.reduce(organization.evolve, state);
    expect(decide(replaced, accept)).toMatchObject({ rejected: { code: 'not-found' } });
    expect(decide(replaced, { ...accept, hash: 'other' })).toMatchObject({
      accepted: [{ data: { role: 'viewer' } }],
    });
  });

  it('is not for who is a member already', () => {
    const member = folded(created, issued('key_1', 'owner'), joined('user_1', 'viewer'));
    expect(
      decide(member, { type: 'InviteMember', ...anInvitation('user_1', 'admin'), ...by('key_1') }),
    ).toMatchObject({ rejected: { code: 'already-exists', field: 'email' } });
  });
});

describe('an API key', () => {
  it('that an older event tells of has no end', () => {
    const { expiresAt: _, ...older } = aKey('key_1', 'admin');
    const state = folded(created, { type: 'ApiKeyIssued', data: { ...older, at } });
    expect(state.status === 'live' && roleOf(state, 'key_1', later)).toBe('admin');
  });

  it('is made once, and with an end that is to come', () => {
    const state = folded(created, issued('key_1', 'owner'));
    const issue = (keyId: string, expiresAt: string | null) =>
      decide(state, { type: 'IssueApiKey', apiKey: aKey(keyId, 'viewer', expiresAt), ...by('key_1') });
    expect(issue('key_1', null)).toMatchObject({ rejected: { code: 'already-exists' } });
    expect(issue('key_2', at)).toMatchObject({ rejected: { code: 'invalid', field: 'expires_at' } });
    expect(issue('key_2', later)).toHaveProperty('accepted');
  });
});

describe('the password of a member', () => {
  it('is reset by who administers members and may as much, and of nobody else', () => {
    const state = folded(created, ...roles.map((role) => joined(role, role)));
    const resetting = roles.map((mine) =>
      roles.filter((role) => 'userId' in memberToReset(state, { memberId: `memb_${role}`, ...by(mine) })),
    );
    expect(resetting).toEqual([[...roles], roles.slice(1), [], [], []]);
    expect(memberToReset(state, { memberId: 'memb_none', ...by('owner') })).toMatchObject({
      rejected: { code: 'not-found' },
    });
    expect(memberToReset(state, { memberId: 'memb_viewer', ...by('stranger') })).toMatchObject({
      rejected: { code: 'not-found' },
    });
  });
});
