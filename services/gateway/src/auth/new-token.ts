import { hash, randomBytes } from 'node:crypto';

/** What somebody proves with, once, that it was sent to them, and what the log gets of it. */
export const newToken = (kind: 'invite' | 'reset'): Readonly<{ text: string; hash: string }> => {
  const text = `${kind}_${randomBytes(24).toString('base64url')}`;
  return { text, hash: hash('sha256', text) };
};
