import type { ConnectionDefinition } from './connection.ts';
import type { Metafield } from './metafield.ts';
import type { SealedSecret } from './secret.ts';

/** What everyone may know of a secret. */
export type ShownSecret = Omit<SealedSecret, 'sealed'>;

/** A metafield as reads have it: of a secret only that it is set, its fingerprint, and when it changed. */
export type ShownMetafield = Omit<Metafield, 'secret'> & Readonly<{ secret: ShownSecret | null }>;

const shownSecret = ({ fingerprint, changedAt }: SealedSecret): ShownSecret => ({ fingerprint, changedAt });

export const shownMetafield = (metafield: Metafield): ShownMetafield => ({
  ...metafield,
  secret: metafield.secret && shownSecret(metafield.secret),
});

export const shownCredentials = (
  credentials: ConnectionDefinition['credentials'],
): Readonly<Record<string, ShownSecret>> =>
  Object.fromEntries(Object.entries(credentials).map(([key, secret]) => [key, shownSecret(secret)]));
