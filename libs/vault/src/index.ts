export { VaultError, type VaultErrorCode } from './errors.ts';
export {
  loadMasterKeys,
  masterKeyEnv,
  masterKeyOf,
  type MasterKeys,
  type MasterKeySource,
} from './master-key.ts';
export { openVault, type Sealed, type SecretContext, type Vault, type VaultOptions } from './vault.ts';
export { ensureDataKey } from './ensure-data-key.ts';
