import { formatPasswordHash, parsePasswordHash, type PasswordHash } from './password-hash.ts';

/** `read` may read and follow everything; `write` may append and delete, too. */
export type Access = 'read' | 'write';
export type User = Readonly<{ name: string; access: Access; hash: PasswordHash }>;
export type Users = ReadonlyMap<string, User>;

/**
 * One user a line, `name:read|write:scrypt:…`; empty lines and lines that begin with # are passed over.
 * @throws Error that names the line and what to do, and quotes nothing of it
 */
export const parseUsers = (text: string): Users => {
  const users = new Map<string, User>();
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const user = parseUser(trimmed);
    if (!user || users.has(user.name)) {
      const fault = user ? 'names a user for the second time' : 'is not name:read|write:scrypt:…';
      throw new Error(`line ${String(index + 1)} of the users ${fault}; make a line with src/access/main.ts`);
    }
    users.set(user.name, user);
  }
  if (users.size === 0) throw new Error('there is no user; make a line with src/access/main.ts');
  return users;
};

const parseUser = (line: string): User | undefined => {
  const [, name, access, hashText = ''] = /^([^:\s]+):(read|write):(.+)$/.exec(line) ?? [];
  const hash = parsePasswordHash(hashText);
  if (name === undefined || hash === undefined) return undefined;
  return { name, access: access === 'write' ? 'write' : 'read', hash };
};

export const formatUser = ({ name, access, hash }: User) => `${name}:${access}:${formatPasswordHash(hash)}`;
