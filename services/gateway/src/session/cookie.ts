import { sessionCookie } from '../auth/credentials.ts';

/** Not for scripts, not for other sites, and over TLS alone where the gateway is reached by it. */
const attributes = (isSecure: boolean) => `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

export const cookieWith = (token: string, expiresAt: string, isSecure: boolean): string =>
  `${sessionCookie}=${token}; ${attributes(isSecure)}; Expires=${new Date(expiresAt).toUTCString()}`;

export const noCookie = (isSecure: boolean): string =>
  `${sessionCookie}=; ${attributes(isSecure)}; Max-Age=0`;
