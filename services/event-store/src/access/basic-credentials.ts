export type Credentials = Readonly<{ name: string; password: string }>;

/** What an `authorization` header of the scheme Basic says; a password may have colons in it, a name may not. */
export const basicCredentials = (header: string): Credentials | undefined => {
  const [, encoded] = /^basic +([a-z\d+/]+={0,2})$/i.exec(header) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 1 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
};
