import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { keepPrivateFile } from './private-file.ts';

export type Keys = Readonly<{ apiKey: string; apiKeyFile: string; masterKeyFile: string }>;

/**
 * The first organisation's admin key, and the key that seals secrets. Without the second, what it sealed
 * cannot be opened, so both stay with the data.
 */
export const keepKeys = (dataDir: string): Keys => {
  const apiKeyFile = join(dataDir, 'api-key');
  const masterKeyFile = join(dataDir, 'master.key');
  const apiKey = keepPrivateFile(apiKeyFile, () => `key_${randomBytes(16).toString('hex')}`);
  if (!/^key_[0-9a-f]{32}$/.test(apiKey)) {
    throw new Error(
      `${apiKeyFile} does not hold an API key (key_ and 32 hex digits). Restore it, or remove it.`,
    );
  }
  keepPrivateFile(masterKeyFile, () => randomBytes(32).toString('base64'));
  return { apiKey, apiKeyFile, masterKeyFile };
};
