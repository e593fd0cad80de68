import { beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from './password-hash.ts';
import { createSignIn } from './sign-in.ts';
import type { User, Users } from './users.ts';

const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
const usersOf = (...users: readonly User[]): Users => new Map(users.map((user) => [user.name, user]));
const nobodyIsTold = () => undefined;
let a: User;

beforeAll(async () => {
  a = { name: 'a', access: 'write', hash: await hashPassword('p', { cost: 2, passes: 1 }) };
});

describe('signing in', () => {
  it('hashes what it has not seen, and answers at once what it has', async () => {
    const refused: (string | undefined)[] = [];
    const { verdictOf } = createSignIn(usersOf(a), (user) => refused.push(user));
    const first = [verdictOf(basic('a:p')), verdictOf(basic('a:q')), verdictOf(basic('b:p'))];
    expect(first.map((verdict) => typeof verdict)).toEqual(['object', 'object', 'object']);
    expect(await Promise.all(first.map(async (verdict) => verdict))).toEqual(['write', 'unknown', 'unknown']);
    expect([verdictOf(basic('a:p')), verdictOf(basic('a:q')), verdictOf(basic('b:p'))]).toEqual([
      'write',
      'unknown',
      'unknown',
    ]);
    expect(refused).toEqual(['a', undefined]);
  });

  it.each(['', 'Bearer abc', 'Basic', 'Basic %%%', basic('no colon'), basic(':p')])(
    'takes "%s" for nobody without hashing',
    (header) => {
      expect(createSignIn(usersOf(a), nobodyIsTold).verdictOf(header)).toBe('unknown');
    },
  );

  it('lets only so many wait, and answers those', async () => {
    const { verdictOf } = createSignIn(usersOf(a), nobodyIsTold);
    const verdicts = Array.from({ length: 70 }, (_, guess) => verdictOf(basic(`a:${String(guess)}`)));
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(6);
    expect(await verdicts[0]).toBe('unknown');
  });

  it('forgets whom it knew when the users change, also where the answer was under way', async () => {
    const { verdictOf, replaceUsers } = createSignIn(usersOf(a), nobodyIsTold);
    await verdictOf(basic('a:p'));
    replaceUsers(usersOf());
    const underWay = verdictOf(basic('a:p'));
    replaceUsers(usersOf({ ...a, access: 'read' }));
    await underWay;
    expect(await verdictOf(basic('a:p'))).toBe('read');
  });
});
