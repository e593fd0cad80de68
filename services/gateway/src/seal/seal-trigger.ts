import type { SealedGiven } from '@karrio/contracts';
import type { Sealing } from './sealing.ts';

export type TriggerInput = Readonly<{ secret?: string | null | undefined }>;

/**
 * Clients read secrets as null and send back what they read, so null keeps the secret; an empty text removes it.
 */
export const sealTrigger = async <T extends TriggerInput>(
  { seal }: Pick<Sealing, 'seal'>,
  { secret, ...input }: T,
): Promise<Omit<T, 'secret'> & { readonly sealed_secret?: SealedGiven | null }> => {
  if (secret === undefined || secret === null) return input;
  if (secret === '') return { ...input, sealed_secret: null };
  return { ...input, sealed_secret: await seal(secret, 'webhook') };
};
