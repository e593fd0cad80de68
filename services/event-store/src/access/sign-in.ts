import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { basicCredentials, type Credentials } from './basic-credentials.ts';
import { isPasswordOf, noPassword } from './password-hash.ts';
import type { Access, Users } from './users.ts';

/** `unknown`: such a user or password is not there. `busy`: too many wait for an answer; ask again. */
export type Verdict = Access | 'unknown' | 'busy';

export type SignIn = Readonly<{
  /** At once for what was verified before. */
  verdictOf: (authorization: string) => Verdict | Promise<Verdict>;
  /** What was verified against the users before is forgotten. */
  replaceUsers: (users: Users) => void;
}>;

/** Every call carries its credentials, and hashing them takes 160 ms of a core: it is done once. */
const verdictsMax = 10_000;

/** Whoever guesses passwords takes one core's time at most, and the waiting ends after some ten seconds. */
const waitingMax = 64;

/** @param onRefused told of each header that was verified and refused, with the user's name where there is one */
export const createSignIn = (first: Users, onRefused: (user: string | undefined) => void): SignIn => {
  let users = first;
  // Kept under a keyed hash: no password stays in memory, and looking one up tells nothing by its time.
  const secret = randomBytes(32);
  const keyOf = (header: string) => createHmac('sha256', secret).update(header).digest('base64');
  const verdicts = new LRUCache<string, Access | 'unknown'>({ max: verdictsMax });
  const waiting = new Map<string, Promise<Verdict>>();
  let previous: Promise<unknown> = Promise.resolve();

  const verify = async ({ name, password }: Credentials, key: string): Promise<Verdict> => {
    const asked = users;
    const user = asked.get(name);
    const isRight = await isPasswordOf(user?.hash ?? noPassword, password);
    const verdict = user && isRight ? user.access : 'unknown';
    if (verdict === 'unknown') onRefused(user?.name);
    if (asked === users) verdicts.set(key, verdict);
    return verdict;
  };

  const verdictOf = (header: string): Verdict | Promise<Verdict> => {
    const key = keyOf(header);
    const known = verdicts.get(key) ?? waiting.get(key);
    if (known !== undefined) return known;
    const credentials = basicCredentials(header);
    if (!credentials) return 'unknown';
    if (waiting.size >= waitingMax) return 'busy';
    // One after the other, so that the threads that write the log's files are not all hashing.
    const verdict = previous.then(() => verify(credentials, key)).finally(() => waiting.delete(key));
    previous = verdict.catch(() => undefined);
    waiting.set(key, verdict);
    return verdict;
  };

  const replaceUsers = (next: Users) => {
    users = next;
    verdicts.clear();
    waiting.clear();
  };

  return { verdictOf, replaceUsers };
};
