import { normalEmail, userIdOf } from '@karrio/vault';
import { changePerson, findPerson, type PeoplePorts } from './person.ts';

/**
 * Has a person be known by another address. The new one is claimed first: stopped in between, it is theirs already and
 * the same again completes it. @throws Error saying why not
 */
export const changeEmail = async (ports: PeoplePorts, who: string, email: string): Promise<void> => {
  const { vault, now, say } = ports;
  const userId = await findPerson(ports, who);
  const addressId = await userIdOf(vault, email);
  const at = new Date(now()).toISOString();
  // Their first one is theirs for ever.
  if (addressId !== userId) {
    await changePerson(
      ports,
      'change_email',
      { stream: addressId, of: userId },
      { type: 'GiveAddress', userId, at },
    );
  }
  const { sealed: sealedEmail } = await vault.seal(userId, normalEmail(email), 'personal');
  await changePerson(
    ports,
    'change_email',
    { stream: userId, of: userId },
    { type: 'ChangeEmail', sealedEmail, addressId, at },
  );
  say(`${userId} signs in by ${normalEmail(email)} from now on, and by no other address.`);
};
