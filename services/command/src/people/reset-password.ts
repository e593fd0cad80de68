import { hash, randomBytes } from 'node:crypto';
import { changePerson, findPerson, type PeoplePorts } from './person.ts';

const hoursMax = 24;

/** Says the text, once, with which a person chooses another password. @throws Error saying why not */
export const resetPassword = async (ports: PeoplePorts, who: string): Promise<void> => {
  const userId = await findPerson(ports, who);
  const text = `reset_${randomBytes(24).toString('base64url')}`;
  const at = new Date(ports.now()).toISOString();
  const expiresAt = new Date(ports.now() + hoursMax * 3_600_000).toISOString();
  await changePerson(
    ports,
    'reset_password',
    { stream: userId, of: userId },
    { type: 'IssuePasswordReset', hash: hash('sha256', text), expiresAt, org: null, at },
  );
  ports.say(text);
  ports.say(
    `Shown this once. ${who} sends it with a new password to POST /v1/auth/password-reset until ${expiresAt}.`,
  );
};
