import { describe, expect, it } from 'vitest';
import { user, type UserEvent } from './user.ts';

const at = '2026-11-27T10:00:00.000Z';
const later = '2026-12-27T10:00:00.000Z';

const folded = (...events: readonly UserEvent[]) => events.reduce(user.evolve, user.initial);
const added: UserEvent = { type: 'UserAdded', data: { userId: 'user_1', sealedEmail: 'sealed', at } };
const started = (sessionId: string, expiresAt = later): UserEvent => ({
  type: 'SessionStarted',
  data: { sessionId, hash: sessionId, origin: 'password', expiresAt, at },
});
const endedBy = (decision: ReturnType<typeof user.decide>) =>
  'accepted' in decision &&
  decision.accepted.flatMap(({ type, data }) => (type === 'SessionEnded' ? [data.sessionId] : []));

describe('a user', () => {
  it('is added once, and stays as known', () => {
    const add = { type: 'AddUser', userId: 'user_1', addressId: 'user_1', sealedEmail: 'other', at } as const;
    expect(user.decide(user.initial, add)).toMatchObject({ accepted: [{ type: 'UserAdded' }] });
    expect(user.decide(folded(added), add)).toEqual({ accepted: [] });
  });

  it('whom nobody knows can do nothing', () => {
    expect(user.decide(user.initial, { type: 'EndAllSessions', at })).toMatchObject({
      rejected: { code: 'not-found' },
    });
  });
});

describe('sessions', () => {
  const state = folded(added, started('s_1'), started('s_2'), started('s_over', at), {
    type: 'SessionEnded',
    data: { sessionId: 's_2', at },
  });

  it('end once', () => {
    expect(endedBy(user.decide(state, { type: 'EndSession', sessionId: 's_1', at }))).toEqual(['s_1']);
    expect(user.decide(state, { type: 'EndSession', sessionId: 's_2', at })).toMatchObject({
      rejected: { code: 'not-found' },
    });
  });

  it('end all but one with another password: whoever knew the one before is out', () => {
    const both = user.evolve(state, started('s_3'));
    const set = { type: 'SetPassword', sealedHash: 'h', sealedName: null, at } as const;
    expect(endedBy(user.decide(both, { ...set, exceptSessionId: 's_3' }))).toEqual(['s_1']);
    expect(endedBy(user.decide(both, { ...set, exceptSessionId: null }))).toEqual(['s_1', 's_3']);
  });
});

describe('a password that was forgotten', () => {
  const reset = (hash: string, expiresAt = later): UserEvent => ({
    type: 'PasswordResetIssued',
    data: { hash, expiresAt, org: 'org_1', at },
  });
  const choose = (hash: string) => ({ type: 'ResetPassword', hash, sealedHash: 'h', at }) as const;
  const set: UserEvent = { type: 'PasswordSet', data: { sealedHash: 'h', at } };

  it('is chosen anew once, by the last text alone, which ends every session', () => {
    const state = folded(added, started('s_1'), reset('first'), reset('second'));
    const decision = user.decide(state, choose('second'));
    expect(decision).toMatchObject({ accepted: [{ type: 'PasswordSet' }, { type: 'SessionEnded' }] });
    const refused = { rejected: { code: 'not-found' } };
    expect(user.decide(state, choose('first'))).toMatchObject(refused);
    expect(user.decide(user.evolve(state, set), choose('second'))).toMatchObject(refused);
    expect(user.decide(folded(added, reset('over', at)), choose('over'))).toMatchObject(refused);
  });
});

describe('an address', () => {
  const changed: UserEvent = {
    type: 'EmailChanged',
    data: { sealedEmail: 'new', addressId: 'user_2', at },
  };
  const add = (addressId: string) =>
    ({ type: 'AddUser', userId: 'user_1', addressId, sealedEmail: 's', at }) as const;
  const give = (userId: string) => ({ type: 'GiveAddress', userId, at }) as const;
  const given = folded({ type: 'AddressGiven', data: { userId: 'user_1', at } });
  const taken = { rejected: { code: 'already-exists' } };

  it('that was changed names nobody any more, and the new one names its user', () => {
    const state = folded(added, changed);
    expect(user.decide(state, add('user_1'))).toMatchObject(taken);
    expect(user.decide(state, add('user_2'))).toEqual({ accepted: [] });
  });

  it('is one user’s: it is given to nobody else, and adds nobody', () => {
    expect(user.decide(user.initial, give('user_1'))).toMatchObject({ accepted: [{ type: 'AddressGiven' }] });
    expect(user.decide(given, give('user_1'))).toEqual({ accepted: [] });
    expect(user.decide(given, give('user_3'))).toMatchObject(taken);
    expect(user.decide(folded(added), give('user_3'))).toMatchObject(taken);
    expect(user.decide(given, add('user_2'))).toMatchObject(taken);
  });
});
