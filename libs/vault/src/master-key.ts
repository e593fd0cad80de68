import { readFileSync } from 'node:fs';
import { VaultError } from './errors.ts';
import { masterKeyBytes } from './vault.ts';

export type MasterKeySource = Readonly<{
  KWE_MASTER_KEY?: string | undefined;
  KWE_MASTER_KEY_FILE?: string | undefined;
}>;

const recipe = 'make one with: openssl rand -base64 32';

/** The variable wins over the file. @throws VaultError when neither holds 32 bytes in base64. */
export const loadMasterKey = (source: MasterKeySource): Buffer => {
  const { KWE_MASTER_KEY: key, KWE_MASTER_KEY_FILE: file } = source;
  if (key) return decoded(key, 'KWE_MASTER_KEY');
  if (file) return decoded(contentOf(file), `KWE_MASTER_KEY_FILE (${file})`);
  throw new VaultError(
    'no-master-key',
    `Secrets need a master key: set KWE_MASTER_KEY or KWE_MASTER_KEY_FILE to 32 bytes in base64; ${recipe}`,
  );
};

const contentOf = (file: string) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new VaultError('no-master-key', `KWE_MASTER_KEY_FILE names ${file}, which cannot be read.`, {
      cause,
    });
  }
};

const decoded = (text: string, origin: string): Buffer => {
  const base64 = text.trim();
  const key = Buffer.from(base64, 'base64');
  // Buffer.from skips what is not base64: only a text that comes back as it was is one.
  const isBase64 = key.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '');
  if (isBase64 && key.length === masterKeyBytes) return key;
  throw new VaultError('bad-master-key', `${origin} must hold ${masterKeyBytes} bytes in base64; ${recipe}`);
};
