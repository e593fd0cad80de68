/** What came with a request to say who asks. Only a browser sends a cookie by itself, for whatever site asked it to. */
export type Credential = Readonly<
  { kind: 'key'; text: string } | { kind: 'session'; text: string; isCookie: boolean }
>;

export const sessionCookie = 'karrio_session';

/** The start of every session's token, so that a token that leaks is known for what it is. */
export const sessionTokenPrefix = 'session_';

/**
 * An API key or a session's token in the `Authorization` header: `Token …`, `Bearer …`, or Basic with it as user
 * name; without one there, the session of the cookie.
 */
export const credentialIn = (
  authorization: string | undefined,
  cookie: string | undefined,
): Credential | undefined => {
  const text = textIn(authorization);
  if (text?.startsWith('key_')) return { kind: 'key', text };
  if (text?.startsWith(sessionTokenPrefix)) return { kind: 'session', text, isCookie: false };
  const kept = cookieNamed(cookie, sessionCookie);
  return kept?.startsWith(sessionTokenPrefix) ? { kind: 'session', text: kept, isCookie: true } : undefined;
};

const textIn = (authorization: string | undefined): string | undefined => {
  if (authorization === undefined) return undefined;
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'basic') return userNameIn(value);
  return /^(token|bearer)$/i.test(scheme) ? value : undefined;
};

const userNameIn = (value: string) => Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];

export const cookieNamed = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
