import { describe, expect, it } from 'vitest';
import { formatPasswordHash, hashPassword, isPasswordOf, parsePasswordHash } from './password-hash.ts';
import { formatUser, parseUsers } from './users.ts';

const hash = await hashPassword('sësame');
const line = (name: string, access: 'read' | 'write' = 'write') => formatUser({ name, access, hash });

describe('a password', () => {
  it('is known again by its hash, in whatever form its characters were typed, and no other is', async () => {
    const kept = parsePasswordHash(formatPasswordHash(hash));
    if (!kept) throw new Error('the text of a hash is a hash');
    expect(await isPasswordOf(kept, 'sësame')).toBe(true);
    expect(await isPasswordOf(kept, 'se\u0308same')).toBe(true);
    expect(await isPasswordOf(kept, 'sesame')).toBe(false);
    expect(await isPasswordOf(kept, '')).toBe(false);
  });

  it('has another hash each time', async () => {
    expect((await hashPassword('sësame')).key).not.toEqual(hash.key);
  });
});

describe('users', () => {
  it('are one a line, among comments and empty lines', () => {
    const users = parseUsers(`# ours\n\n${line('a')}\r\n  ${line('b', 'read')}\n`);
    expect([...users.values()].map(({ name, access }) => [name, access])).toEqual([
      ['a', 'write'],
      ['b', 'read'],
    ]);
  });

  it.each([
    ['a password in the clear', 'a:write:hunter2'],
    ['no access', `a:${formatPasswordHash(hash)}`],
    ['an unknown access', line('a').replace('write', 'admin')],
    ['a hash that would take minutes', line('a').replace(/scrypt:\d+/, 'scrypt:1073741824')],
    ['a short key', 'a:write:scrypt:16384:5:AAAAAAAAAAAAAAAAAAAAAA:AAAA'],
  ])('with %s are refused by their line, which is not quoted', (_what, bad) => {
    const parse = () => parseUsers(`${line('ok')}\n${bad}`);
    expect(parse).toThrow(/^line 2 of the users is not name:read\|write:scrypt/);
    expect(parse).not.toThrow(/hunter2|AAAA/);
  });

  it('named twice are refused, and so is an empty list', () => {
    expect(() => parseUsers(`${line('a')}\n${line('a', 'read')}`)).toThrow(/line 2 .* second time/);
    expect(() => parseUsers('# nobody\n')).toThrow('there is no user');
  });
});
