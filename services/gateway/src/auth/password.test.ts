import { describe, expect, it } from 'vitest';
import { hashPassword, isPasswordOf, passwordProblem, PasswordsBusy } from './password.ts';

describe('a password', () => {
  it('is known again by its hash, in whatever form its characters were typed, and no other is', async () => {
    const hash = await hashPassword('Strasse nach Zürich');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const tries = ['Strasse nach Zu\u0308rich', 'Strasse nach Zurich', ''];
    expect(await Promise.all(tries.map((each) => isPasswordOf(hash, each)))).toEqual([true, false, false]);
    expect(await isPasswordOf(undefined, '')).toBe(false);
    expect(await isPasswordOf('$argon2id$nonsense', 'x')).toBe(false);
  }, 30_000);

  it('is known by a hash that was made elsewhere, at another cost', async () => {
    // By the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 24 -e
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await isPasswordOf(hash, 'password')).toBe(true);
    expect(await isPasswordOf(hash, 'Password')).toBe(false);
  }, 30_000);

  it('is not looked at where too many wait, and those that wait are; nor is there less room afterwards', async () => {
    const cheap = `$argon2id$v=19$m=8,t=1,p=1$${Buffer.alloc(8).toString('base64url')}$${Buffer.alloc(32).toString('base64url')}`;
    for (const _ of [1, 2]) {
      const tries = await Promise.allSettled(Array.from({ length: 100 }, () => isPasswordOf(cheap, 'x')));
      const refused = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
      expect(refused).toHaveLength(100 - 4 - 64);
      expect(refused.every((error) => error instanceof PasswordsBusy)).toBe(true);
    }
  });

  it.each([
    ['short', 'at least 10'],
    ['x'.repeat(201), 'at most 200'],
    ['aaaaaaaaaaaa', 'too easy'],
    ['ada.lovelace1', 'too easy'],
  ])('such as %j is refused with what to do', (chosen, said) => {
    expect(passwordProblem(chosen, 'ada.lovelace@example.com')).toContain(said);
  });

  it('of several words is taken', () => {
    expect(passwordProblem('correct horse battery', 'ada@example.com')).toBeUndefined();
  });
});
