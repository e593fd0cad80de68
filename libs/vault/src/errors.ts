/**
 * - `no-master-key`, `bad-master-key`: the process was started wrongly
 * - `no-data-key`: the organisation has none, not yet or no more
 * - `wrong-key`: sealed under a key that this process does not have
 * - `tampered`: changed, cut, or sealed for another place
 * - `not-sealed`: no text of the vault
 */
export type VaultErrorCode =
  'no-master-key' | 'bad-master-key' | 'no-data-key' | 'wrong-key' | 'tampered' | 'not-sealed';

/** Messages name what to do and never hold a key or a secret. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
