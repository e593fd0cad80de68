import type { SealedGiven } from '@karrio/contracts';
import type { SealedSecret } from '@karrio/domain';

/** Given again, the same secret has not changed: tokens that were got with it stay good. */
export const sealedAt = (
  { sealed, fingerprint }: SealedGiven,
  known: SealedSecret | null | undefined,
  at: string,
): SealedSecret => ({
  sealed,
  fingerprint,
  changedAt: known?.fingerprint === fingerprint ? known.changedAt : at,
});
