export type VaultErrorCode = 'no-master-key' | 'bad-master-key' | 'wrong-key' | 'tampered' | 'not-sealed';

/** Messages name what to do and never hold a key or a secret. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
