import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { VaultError } from './errors.ts';

/** Seals secrets for the log: who has the log without the master key has nothing. */
export type Vault = Readonly<{
  /**
   * The plain text under a key of its context (such as `trigger-wtrg_1`), as `v1.<key id>.<salt, nonce, tag, text>`.
   * Sealing twice gives two texts.
   */
  seal: (plain: string, context: string) => string;
  /** @throws VaultError when the text was sealed under another key or for another context, or was changed. */
  open: (sealed: string, context: string) => string;
}>;

export const masterKeyBytes = 32;

const version = 'v1';
const cipher = 'aes-256-gcm';
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = saltBytes + nonceBytes + tagBytes;

/** @throws VaultError unless the key has 32 bytes. */
export const openVault = (masterKey: Buffer): Vault => {
  if (masterKey.length !== masterKeyBytes) {
    throw new VaultError(
      'bad-master-key',
      `A master key has ${masterKeyBytes} bytes, not ${masterKey.length}.`,
    );
  }
  const keyId = idOf(masterKey);
  // A fresh key per text: the number of texts under one master key is not bounded by GCM's nonce.
  const keyFor = (context: string, salt: Buffer) =>
    Buffer.from(hkdfSync('sha256', masterKey, salt, `karrio.vault.${version}.${context}`, masterKeyBytes));

  return {
    seal: (plain, context) => {
      const salt = randomBytes(saltBytes);
      const nonce = randomBytes(nonceBytes);
      const encipher = createCipheriv(cipher, keyFor(context, salt), nonce).setAAD(
        associated(keyId, context),
      );
      const text = Buffer.concat([encipher.update(plain, 'utf8'), encipher.final()]);
      const body = Buffer.concat([salt, nonce, encipher.getAuthTag(), text]);
      return `${version}.${keyId}.${body.toString('base64url')}`;
    },
    open: (sealed, context) => {
      const body = bodyOf(sealed, keyId);
      const salt = body.subarray(0, saltBytes);
      const nonce = body.subarray(saltBytes, saltBytes + nonceBytes);
      const decipher = createDecipheriv(cipher, keyFor(context, salt), nonce, { authTagLength: tagBytes })
        .setAAD(associated(keyId, context))
        .setAuthTag(body.subarray(saltBytes + nonceBytes, headBytes));
      try {
        return decipher.update(body.subarray(headBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new VaultError(
          'tampered',
          `The secret of ${context} was changed, or was sealed for another place.`,
          {
            cause,
          },
        );
      }
    },
  };
};

/** Tells keys apart without telling anything of the key. */
const idOf = (masterKey: Buffer) =>
  createHash('sha256').update('karrio.vault.key-id').update(masterKey).digest('hex').slice(0, 8);

const associated = (keyId: string, context: string) => Buffer.from(`${version}.${keyId}.${context}`, 'utf8');

const bodyOf = (sealed: string, keyId: string): Buffer => {
  const [, foundVersion, foundKeyId, encoded] = /^(v\d+)\.([0-9a-f]{8})\.([\w-]+)$/.exec(sealed) ?? [];
  if (foundVersion === undefined || encoded === undefined) {
    throw new VaultError('not-sealed', 'This text was not sealed by the vault; set the secret again.');
  }
  if (foundVersion !== version) {
    throw new VaultError(
      'not-sealed',
      `This build opens secrets of ${version}, not of ${foundVersion}; update it.`,
    );
  }
  if (foundKeyId !== keyId) {
    throw new VaultError(
      'wrong-key',
      `The secret was sealed under master key ${foundKeyId}, this process has ${keyId}; ` +
        'start it with the key that KWE_MASTER_KEY held then, or set the secret again.',
    );
  }
  const body = Buffer.from(encoded, 'base64url');
  if (body.length < headBytes)
    throw new VaultError('tampered', 'The sealed text is cut short; set the secret again.');
  return body;
};
