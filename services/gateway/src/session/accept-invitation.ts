import type { Origin } from '@karrio/contracts';
import { findInvitation, findUser, type UserRow } from '@karrio/read-model';
import { hashPassword, passwordProblem } from '../auth/password.ts';
import { profileOf } from '../auth/people.ts';
import { digestOf } from '../auth/session-token.ts';
import { problem, type Problem } from '../http/problem.ts';
import type { PasswordPorts } from './check-password.ts';
import { startSession, type SessionPorts, type Started } from './start-session.ts';
import { submitAsUser } from './submit-as-user.ts';

export type Acceptance = Readonly<{
  token: string;
  name?: string | undefined;
  password?: string | undefined;
  /** Who is signed in, if anybody. */
  signedIn: string | undefined;
}>;

type Ports = PasswordPorts & SessionPorts & Readonly<{ forget: (userId: string) => void }>;

/** Makes who was invited a member. Who had no password chooses one, and is signed in with it. */
export const acceptInvitation = async (
  ports: Ports,
  { token, name, password, signedIn }: Acceptance,
  origin: Origin,
): Promise<Started | Problem | 'joined'> => {
  const hash = digestOf(token);
  const invitation = await findInvitation(ports.people, { hash });
  const user = invitation && (await findUser(ports.people, invitation.user_id));
  if (!invitation || !user) return notOpen;
  const asked = { userId: user.id, org: invitation.org_id, hash, origin };
  // By a password or by a provider: who is signed in needs no other proof.
  return user.sealed_password === null && signedIn !== user.id
    ? joinAnew(ports, asked, user, { name, password })
    : joinAs(ports, asked, signedIn);
};

type Asked = Readonly<{ userId: string; org: string; hash: string; origin: Origin }>;

/** The text alone lets nobody in who could not get in before: it may have been read by others on its way. */
const joinAs = async (ports: Ports, { org, hash, ...who }: Asked, signedIn: string | undefined) => {
  if (signedIn !== who.userId) return signInFirst;
  const failed = await submitAsUser(ports, who, 'accept_invitation', { org, hash });
  ports.forget(who.userId);
  return failed ?? 'joined';
};

const joinAnew = async (
  ports: Ports,
  { org, hash, ...who }: Asked,
  user: UserRow,
  { name, password }: Pick<Acceptance, 'name' | 'password'>,
): Promise<Started | Problem> => {
  const { userId } = who;
  const { email } = await profileOf(ports.vault, user);
  const wrong = password === undefined ? needed : passwordProblem(password, email ?? '');
  if (password === undefined || wrong) return problem('validation', `password: ${wrong}`);
  const chosen = {
    sealedHash: (await ports.vault.seal(userId, await hashPassword(password), 'password')).sealed,
    sealedName: name ? (await ports.vault.seal(userId, name, 'personal')).sealed : null,
  };
  const failed = await submitAsUser(ports, who, 'accept_invitation', { org, hash, password: chosen });
  return failed ?? startSession(ports, who, 'invitation');
};

const needed = 'is needed: choose one to sign in with';
const notOpen = problem(
  'not_found',
  'This invitation was accepted, was revoked or is over; ask for another one.',
);
const signInFirst = problem(
  'authentication_required',
  'You have a password already: sign in with POST /v1/auth/sign-in, and accept the invitation then.',
);
