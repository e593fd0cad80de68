/**
 * A secret as the log may hold it: sealed by the vault under its organisation's data key. What people see of it
 * is the fingerprint, which tells two secrets apart without telling anything of either, and when it changed.
 */
export type SealedSecret = Readonly<{ sealed: string; fingerprint: string; changedAt: string }>;
