import { eventGuard, type Event } from '../event.ts';

/**
 * The tokens of one connection, in a stream of its own. The stream is also the lock: who appends `TokenRequested`
 * at the revision it saw may ask the authorization server, everybody else waits for what comes of it.
 */
export type TokenRequested = Event<'TokenRequested', { requestId: string; leaseEndsAt: string; at: string }>;
export type TokenGranted = Event<'TokenGranted', { requestId: string; token: GrantedToken; at: string }>;
export type TokenRefused = Event<'TokenRefused', { requestId: string; at: string }>;
export type TokenEvent = TokenRequested | TokenGranted | TokenRefused;

export type GrantedToken = Readonly<{
  /** Tells for which credentials it was given: others need another one. */
  credentialsKey: string;
  sealedAccessToken: string;
  /** In place of the credentials' own, where the server replaces it with each use. */
  sealedRefreshToken: string | null;
  grantedAt: string;
  /** Null where the server did not say. */
  expiresAt: string | null;
}>;

export const isTokenEvent = eventGuard<TokenEvent>({
  TokenRequested: true,
  TokenGranted: true,
  TokenRefused: true,
});

export type TokenState = Readonly<{
  token: GrantedToken | undefined;
  /** Somebody is asking for the next one, and has until then. */
  leaseEndsAt: string | undefined;
}>;

export const noToken: TokenState = { token: undefined, leaseEndsAt: undefined };

export const evolveToken = (state: TokenState, event: TokenEvent): TokenState => {
  switch (event.type) {
    case 'TokenRequested':
      return { ...state, leaseEndsAt: event.data.leaseEndsAt };
    case 'TokenGranted':
      return { token: event.data.token, leaseEndsAt: undefined };
    case 'TokenRefused':
      return { ...state, leaseEndsAt: undefined };
  }
};

export type TokenWish = Readonly<{
  credentialsKey: string;
  /** One that was refused by the server it is for. */
  except: string | undefined;
  nowMs: number;
}>;

export type TokenNext =
  | { readonly use: GrantedToken }
  /** `basis` has the refresh token to go by, if any. */
  | { readonly request: { readonly basis: GrantedToken | undefined } }
  | { readonly waitUntilMs: number };

/** A token is renewed before it ends, so that it does not end on its way: a minute, or a tenth of a short life. */
const marginMsMax = 60_000;

/** What somebody who needs a token does next. */
export const nextToken = ({ token, leaseEndsAt }: TokenState, wish: TokenWish): TokenNext => {
  const basis = token?.credentialsKey === wish.credentialsKey ? token : undefined;
  if (basis && basis.sealedAccessToken !== wish.except && isFresh(basis, wish.nowMs)) return { use: basis };
  const leaseMs = leaseEndsAt === undefined ? 0 : Date.parse(leaseEndsAt);
  return leaseMs > wish.nowMs ? { waitUntilMs: leaseMs } : { request: { basis } };
};

const isFresh = ({ grantedAt, expiresAt }: GrantedToken, nowMs: number): boolean => {
  if (expiresAt === null) return true;
  const endMs = Date.parse(expiresAt);
  return endMs - Math.min(marginMsMax, (endMs - Date.parse(grantedAt)) / 10) > nowMs;
};
