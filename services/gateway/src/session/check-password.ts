import type { ReadModel, UserRow } from '@karrio/read-model';
import { VaultError, type Vault } from '@karrio/vault';
import { isPasswordOf, PasswordsBusy } from '../auth/password.ts';
import type { Throttle } from '../auth/throttle.ts';
import { problem, type Problem } from '../http/problem.ts';

export type PasswordPorts = Readonly<{
  /** Sees all users. */
  people: ReadModel['db'];
  vault: Pick<Vault, 'open' | 'seal' | 'pseudonym'>;
  throttle: Throttle;
}>;

/**
 * Why a password does not let anybody in; undefined where it does. Who has none looks like who knows it wrongly.
 * @throws PasswordsBusy, which counts as no try
 */
export const checkPassword = async (
  { vault, throttle }: Pick<PasswordPorts, 'vault' | 'throttle'>,
  { userId, user }: Readonly<{ userId: string; user: UserRow | undefined }>,
  password: string,
  address: string,
): Promise<Problem | undefined> => {
  const attempt = { account: userId, address };
  const waitMs = await throttle.begin(attempt);
  if (waitMs > 0) return tooMany(waitMs);
  const sealed = user?.sealed_password;
  const hash = user && sealed ? await opened(vault, user.id, sealed) : undefined;
  const isRight = await isPasswordOf(hash, password).catch(async (error: unknown) => {
    if (error instanceof PasswordsBusy) await throttle.takenBack(attempt);
    throw error;
  });
  if (isRight) {
    await throttle.succeeded(attempt);
    return undefined;
  }
  return problem(
    'wrong_credentials',
    'The address or the password is wrong; try again, or ask an owner or admin of your organisation to reset your password.',
  );
};

/** Undefined once the person's data was made unreadable. */
const opened = async (vault: Pick<Vault, 'open'>, userId: string, sealed: string) => {
  try {
    return await vault.open(userId, sealed, 'password');
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
};

const tooMany = (waitMs: number): Problem => {
  const retry_after = Math.ceil(waitMs / 1_000);
  return problem(
    'rate_limited',
    `Too many wrong passwords; try again in ${Math.ceil(retry_after / 60)} minutes.`,
    { retry_after },
  );
};
