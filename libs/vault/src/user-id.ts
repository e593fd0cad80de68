import { idPrefixes } from '@karrio/contracts';
import type { Vault } from './vault.ts';

/** Written in many ways, an address is one person's. */
export const normalEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();

/**
 * The id that a user has who is added by this address. Nobody who has the id learns the address.
 * @throws VaultError, StoreUnavailable
 */
export const userIdOf = async (vault: Pick<Vault, 'pseudonym'>, email: string): Promise<string> =>
  idPrefixes.user + (await vault.pseudonym(normalEmail(email)));
