import type { FieldErrors, SealedGiven } from '@karrio/contracts';
import type { ShownMetafield } from '@karrio/domain';
import type { SecretContext, Vault } from '@karrio/vault';

/** What a metafield that is there is: it decides whether what an input gives it is a secret. */
export type KnownMetafield = Pick<ShownMetafield, 'key' | 'type' | 'secret'>;

/**
 * Takes the secrets of one input out of it, sealed: their plain text ends here. What is wrong with a secret can be
 * seen here alone, so it is noted here.
 */
export type Sealing = Readonly<{
  seal: (plain: string, context: SecretContext) => Promise<SealedGiven>;
  metafieldOf: (id: string) => Promise<KnownMetafield | undefined>;
  refuse: (field: string, message: string) => void;
}>;

export type SealingPorts = Readonly<{
  vault: Pick<Vault, 'seal'>;
  org: string;
  metafieldOf: Sealing['metafieldOf'];
}>;

/** An input's sealed form, or what is wrong with its secrets. @throws VaultError, StoreUnavailable */
export const sealed = async <T>(
  { vault, org, metafieldOf }: SealingPorts,
  seal: (sealing: Sealing) => Promise<T>,
): Promise<{ readonly input: T } | { readonly errors: FieldErrors }> => {
  const errors: FieldErrors = [];
  const input = await seal({
    seal: (plain, context) => vault.seal(org, plain, context),
    metafieldOf,
    refuse: (field, message) => errors.push({ field, messages: [message] }),
  });
  return errors.length > 0 ? { errors } : { input };
};
