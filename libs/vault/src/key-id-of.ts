import { partsOf } from './cipher.ts';

/** The data key that a text is sealed under; `master` for one from before there were data keys. @throws VaultError */
export const keyIdOf = (sealed: string): string => {
  const { version, keyId } = partsOf(sealed);
  return version === 'v1' ? 'master' : keyId;
};
