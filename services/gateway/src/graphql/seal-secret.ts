import type { Vault } from '@karrio/vault';

type WithSecret = Readonly<{ secret?: string | null | undefined }>;

/**
 * A trigger's input with its secret sealed: the plain text ends here. Clients read secrets as null and send
 * back what they read, so null keeps the secret; an empty text removes it.
 */
export const sealSecret = async <T extends WithSecret>(
  { secret, ...input }: T,
  vault: Pick<Vault, 'seal'>,
  org: string,
): Promise<Omit<T, 'secret'> & { readonly sealed_secret?: string | null }> => {
  if (secret === undefined || secret === null) return input;
  if (secret === '') return { ...input, sealed_secret: null };
  return { ...input, sealed_secret: (await vault.seal(org, secret, 'webhook')).sealed };
};
