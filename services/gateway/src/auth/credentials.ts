/** The API key in an `Authorization` header: `Token key_…`, `Bearer key_…`, or Basic with the key as user name. */
export const apiKeyIn = (authorization: string | undefined): string | undefined => {
  if (authorization === undefined) return undefined;
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(authorization) ?? [];
  const key = scheme.toLowerCase() === 'basic' ? userNameIn(value) : bare(scheme, value);
  return key?.startsWith('key_') ? key : undefined;
};

const bare = (scheme: string, value: string) => (/^(token|bearer)$/i.test(scheme) ? value : undefined);

const userNameIn = (value: string) => Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
