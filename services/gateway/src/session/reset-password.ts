import type { Origin } from '@karrio/contracts';
import { findUserByReset } from '@karrio/read-model';
import { hashPassword, passwordProblem } from '../auth/password.ts';
import { profileOf } from '../auth/people.ts';
import { digestOf } from '../auth/session-token.ts';
import { problem, type Problem } from '../http/problem.ts';
import type { PasswordPorts } from './check-password.ts';
import { submitAsUser, type SubmitPorts } from './submit-as-user.ts';

type Ports = Pick<PasswordPorts, 'people' | 'vault'> &
  SubmitPorts &
  Readonly<{ forget: (userId: string) => void }>;

/** Why somebody could not choose their password anew; undefined where they did, and are out everywhere. */
export const resetPassword = async (
  ports: Ports,
  { token, password }: Readonly<{ token: string; password: string }>,
  origin: Origin,
): Promise<Problem | undefined> => {
  const { people, vault, now } = ports;
  const hash = digestOf(token);
  const user = await findUserByReset(people, hash);
  // Once more decided by the log; here it spares hashing for whoever guesses.
  if (!user || Date.parse(user.reset_expires_at ?? '') <= now()) return notOpen;
  const wrong = passwordProblem(password, (await profileOf(vault, user)).email ?? '');
  if (wrong) return problem('validation', `password: ${wrong}`);
  const { sealed: sealedHash } = await vault.seal(user.id, await hashPassword(password), 'password');
  const failed = await submitAsUser(ports, { userId: user.id, origin }, 'reset_password', {
    hash,
    sealedHash,
  });
  ports.forget(user.id);
  return failed;
};

const notOpen = problem(
  'not_found',
  'This was used, was replaced by a newer one or is over; ask an owner or admin of your organisation for another one.',
);
