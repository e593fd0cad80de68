export { VaultError, type VaultErrorCode } from './errors.ts';
export { loadMasterKey, type MasterKeySource } from './master-key.ts';
export { openVault, type Vault } from './vault.ts';
