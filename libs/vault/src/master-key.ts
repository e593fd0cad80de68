import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { keyBytes, type SealingKey } from './cipher.ts';
import { VaultError } from './errors.ts';

/** The key to wrap under, and the one before it while data keys are on their way from one to the other. */
export type MasterKeys = Readonly<{ current: SealingKey; previous: SealingKey | undefined }>;

/** What a process that seals or opens takes from its environment; a file is for mounted secrets. */
export const masterKeyEnv = {
  KWE_MASTER_KEY: z.string().optional(),
  KWE_MASTER_KEY_FILE: z.string().optional(),
  KWE_MASTER_KEY_PREVIOUS: z.string().optional(),
  KWE_MASTER_KEY_PREVIOUS_FILE: z.string().optional(),
};

export type MasterKeySource = Readonly<Partial<Record<keyof typeof masterKeyEnv, string | undefined>>>;

const recipe = 'make one with: openssl rand -base64 32';

/** A variable wins over its file. @throws VaultError when a key is not 32 bytes in base64, or there is none. */
export const loadMasterKeys = (source: MasterKeySource): MasterKeys => {
  const current = keyFrom(source, 'KWE_MASTER_KEY');
  if (!current) {
    throw new VaultError(
      'no-master-key',
      `Secrets need a master key: set KWE_MASTER_KEY or KWE_MASTER_KEY_FILE to 32 bytes in base64; ${recipe}`,
    );
  }
  return { current, previous: keyFrom(source, 'KWE_MASTER_KEY_PREVIOUS') };
};

/** @throws VaultError unless there are 32 bytes. */
export const masterKeyOf = (bytes: Buffer, origin = 'A master key'): SealingKey => {
  if (bytes.length !== keyBytes) {
    throw new VaultError('bad-master-key', `${origin} must hold ${keyBytes} bytes in base64; ${recipe}`);
  }
  return { id: idOf(bytes), bytes };
};

const keyFrom = (source: MasterKeySource, name: 'KWE_MASTER_KEY' | 'KWE_MASTER_KEY_PREVIOUS') => {
  const { [name]: key, [`${name}_FILE` as const]: file } = source;
  if (key) return decoded(key, name);
  return file ? decoded(contentOf(file, name), `${name}_FILE (${file})`) : undefined;
};

const contentOf = (file: string, name: string) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new VaultError('no-master-key', `${name}_FILE names ${file}, which cannot be read.`, { cause });
  }
};

const decoded = (text: string, origin: string): SealingKey => {
  const base64 = text.trim();
  const bytes = Buffer.from(base64, 'base64');
  // Buffer.from skips what is not base64: only a text that comes back as it was is one.
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '');
  return masterKeyOf(isBase64 ? bytes : Buffer.alloc(0), origin);
};

/** Tells keys apart without telling anything of the key. */
const idOf = (bytes: Buffer): string =>
  createHash('sha256').update('karrio.vault.key-id').update(bytes).digest('hex').slice(0, 8);
