export { VaultError, type VaultErrorCode } from './errors.ts';
export {
  loadMasterKeys,
  masterKeyEnv,
  masterKeyOf,
  type MasterKeys,
  type MasterKeySource,
} from './master-key.ts';
export {
  directory,
  keysKeptMs,
  openVault,
  type Sealed,
  type SecretContext,
  type Vault,
  type VaultOptions,
} from './vault.ts';
export { readDataKeys } from './read-data-keys.ts';
export { ensureDataKey } from './ensure-data-key.ts';
export { isWrappedUnder, newDataKey, rewrapped } from './data-key.ts';
export { normalEmail, userIdOf } from './user-id.ts';
export { keyIdOf } from './key-id-of.ts';
