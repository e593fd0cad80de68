import { findUserByAddress, findUsers, type ReadModel, type UserRow } from '@karrio/read-model';
import { userIdOf, VaultError, type Vault } from '@karrio/vault';

/** Null where the user's key was destroyed, or nothing was said. */
export type Profile = Readonly<{ email: string | null; name: string | null }>;

/** Who has this address: their id, or the one that they would have. @throws VaultError, StoreUnavailable */
export const userIdByEmail = async (
  db: ReadModel['db'],
  vault: Pick<Vault, 'pseudonym'>,
  email: string,
): Promise<Readonly<{ userId: string; user: UserRow | undefined }>> => {
  const addressId = await userIdOf(vault, email);
  const user = await findUserByAddress(db, addressId);
  return { userId: user?.id ?? addressId, user };
};

export const profileOf = async (vault: Pick<Vault, 'open'>, row: UserRow): Promise<Profile> => ({
  email: await openOrNull(vault, row.id, row.sealed_email),
  name: row.sealed_name === null ? null : await openOrNull(vault, row.id, row.sealed_name),
});

const openOrNull = async (vault: Pick<Vault, 'open'>, userId: string, sealed: string) => {
  try {
    return await vault.open(userId, sealed, 'personal');
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
};

const nobody: Profile = { email: null, name: null };

/** Rows of users' doings with who they are, for one statement. */
export const withProfiles = async <Row extends Readonly<{ user_id: string }>>(
  db: ReadModel['db'],
  vault: Pick<Vault, 'open'>,
  rows: readonly Row[],
): Promise<readonly (Row & Profile)[]> => {
  const users = await findUsers(
    db,
    rows.map(({ user_id }) => user_id),
  );
  const profiles = new Map(
    await Promise.all(users.map(async (user) => [user.id, await profileOf(vault, user)] as const)),
  );
  return rows.map((row) => ({ ...row, ...(profiles.get(row.user_id) ?? nobody) }));
};
