import type { Vault } from '@karrio/vault';

type WithSecret = Readonly<{ secret?: string | null | undefined }>;

/**
 * A trigger's input with its secret sealed: the plain text ends here. Clients read secrets as null and send
 * back what they read, so null keeps the secret; an empty text removes it.
 */
export const sealSecret = <T extends WithSecret>(
  { secret, ...input }: T,
  vault: Pick<Vault, 'seal'>,
  org: string,
): Omit<T, 'secret'> & { readonly sealed_secret?: string | null } => {
  if (secret === undefined || secret === null) return input;
  return { ...input, sealed_secret: secret === '' ? null : vault.seal(secret, org) };
};
