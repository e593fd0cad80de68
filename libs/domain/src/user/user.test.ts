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
    const add = { type: 'AddUser', userId: 'user_1', sealedEmail: 'other', at } as const;
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
