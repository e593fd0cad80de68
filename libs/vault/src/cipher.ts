import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { VaultError } from './errors.ts';

/** `v1`: under the master key itself. `v2`: under a data key. `k1`: a data key under the master key. */
export type TextVersion = 'v1' | 'v2' | 'k1';

export type SealingKey = Readonly<{ id: string; bytes: Buffer }>;

/** What is authenticated along with the text: opened anywhere else, it counts as changed. */
export type Place = Readonly<{ version: TextVersion; context: string }>;

export const keyBytes = 32;

const cipher = 'aes-256-gcm';
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = saltBytes + nonceBytes + tagBytes;

/** `v2.<key id>.<salt, nonce, tag, text>`. Sealing twice gives two texts. */
export const sealUnder = (key: SealingKey, place: Place, plain: string): string => {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const encipher = createCipheriv(cipher, keyFor(key, place, salt), nonce).setAAD(associated(key, place));
  const text = Buffer.concat([encipher.update(plain, 'utf8'), encipher.final()]);
  const body = Buffer.concat([salt, nonce, encipher.getAuthTag(), text]);
  return `${place.version}.${key.id}.${body.toString('base64url')}`;
};

/** @throws VaultError when the text was changed, or sealed for another place. */
export const openUnder = (key: SealingKey, place: Place, body: Buffer): string => {
  const salt = body.subarray(0, saltBytes);
  const nonce = body.subarray(saltBytes, saltBytes + nonceBytes);
  const decipher = createDecipheriv(cipher, keyFor(key, place, salt), nonce, { authTagLength: tagBytes })
    .setAAD(associated(key, place))
    .setAuthTag(body.subarray(saltBytes + nonceBytes, headBytes));
  try {
    return decipher.update(body.subarray(headBytes), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new VaultError(
      'tampered',
      'The secret was changed, or was sealed for another place; set it again.',
      {
        cause,
      },
    );
  }
};

export type SealedParts = Readonly<{ version: TextVersion; keyId: string; body: Buffer }>;

const shape = /^([vk]\d+)\.([0-9a-f]{8})\.([\w-]+)$/;

/** @throws VaultError when this is no text of the vault. */
export const partsOf = (sealed: string): SealedParts => {
  const [, version, keyId, encoded] = shape.exec(sealed) ?? [];
  if (version === undefined || keyId === undefined || encoded === undefined) {
    throw new VaultError('not-sealed', 'This text was not sealed by the vault; set the secret again.');
  }
  if (version !== 'v1' && version !== 'v2' && version !== 'k1') {
    throw new VaultError(
      'not-sealed',
      `This build opens secrets of v1 and v2, not of ${version}; update it.`,
    );
  }
  const body = Buffer.from(encoded, 'base64url');
  if (body.length < headBytes) {
    throw new VaultError('tampered', 'The sealed text is cut short; set the secret again.');
  }
  return { version, keyId, body };
};

/** A fresh key per text: the number of texts under one key is not bounded by GCM's nonce. */
const keyFor = ({ bytes }: SealingKey, { version, context }: Place, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', bytes, salt, `karrio.vault.${version}.${context}`, keyBytes));

const associated = ({ id }: SealingKey, { version, context }: Place): Buffer =>
  Buffer.from(`${version}.${id}.${context}`, 'utf8');
