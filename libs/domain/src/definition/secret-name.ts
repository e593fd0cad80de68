/** Names of headers, parameters, members and credentials whose values are secret. */
const secretName =
  /authoriz|cookie|token|secret|passw|passphrase|api[-_]?key|access[-_]?key|private[-_]?key|credential|signature|session/i;

export const isSecretName = (name: string): boolean => secretName.test(name);

/** What a name says about a secret without naming the secret itself: `token_url`, `secret_name`. */
const aboutSecret = /[-_](url|uri|endpoint|type|name|header|algorithm|expires?(_?(in|at))?)$/i;

export const isSecretKey = (key: string): boolean => isSecretName(key) && !aboutSecret.test(key);
