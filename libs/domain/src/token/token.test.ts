import { describe, expect, it } from 'vitest';
import { evolveToken, nextToken, noToken, type GrantedToken, type TokenEvent } from './token.ts';

const nowMs = Date.UTC(2026, 10, 22, 9);
const iso = (ms: number) => new Date(ms).toISOString();
const token: GrantedToken = {
  credentialsKey: 'k1',
  sealedAccessToken: 'sealed',
  sealedRefreshToken: null,
  grantedAt: iso(nowMs - 3_600_000),
  expiresAt: iso(nowMs + 3_600_000),
};
const at = iso(nowMs);
const requested: TokenEvent = {
  type: 'TokenRequested',
  data: { requestId: 'r', leaseEndsAt: iso(nowMs + 30_000), at },
};
const granted = (change: Partial<GrantedToken> = {}): TokenEvent => ({
  type: 'TokenGranted',
  data: { requestId: 'r', token: { ...token, ...change }, at },
});
const refused: TokenEvent = { type: 'TokenRefused', data: { requestId: 'r', at } };
const wish = { credentialsKey: 'k1', except: undefined, nowMs };
const after = (...events: TokenEvent[]) => events.reduce(evolveToken, noToken);

describe('the tokens of a connection', () => {
  it('are asked for when there is none', () => {
    expect(nextToken(noToken, wish)).toEqual({ request: { basis: undefined } });
  });

  it('are used while they are fresh', () => {
    expect(nextToken(after(requested, granted()), wish)).toEqual({ use: token });
  });

  it('are asked for by one at a time', () => {
    expect(nextToken(after(requested), wish)).toEqual({ waitUntilMs: nowMs + 30_000 });
  });

  it('are asked for again when the one who asked did not come back', () => {
    const later = { ...wish, nowMs: nowMs + 30_000 };
    expect(nextToken(after(requested), later)).toEqual({ request: { basis: undefined } });
  });

  it('are asked for again after a refusal', () => {
    expect(nextToken(after(requested, refused), wish)).toEqual({ request: { basis: undefined } });
  });

  it('are renewed a minute before they end, from what the last one brought', () => {
    const ending = { expiresAt: iso(nowMs + 60_000), sealedRefreshToken: 'rotated' };
    const { request } = { request: { basis: { ...token, ...ending } } };
    expect(nextToken(after(granted(ending)), wish)).toEqual({ request });
  });

  it('are used for nine tenths of a short life', () => {
    const short = { ...token, grantedAt: iso(nowMs - 8_000), expiresAt: iso(nowMs + 2_000) };
    expect(nextToken(after(granted(short)), wish)).toEqual({ use: short });
    expect(nextToken(after(granted(short)), { ...wish, nowMs: nowMs + 1_000 })).toEqual({
      request: { basis: short },
    });
  });

  it('are used until refused where the server names no end', () => {
    expect(nextToken(after(granted({ expiresAt: null })), wish)).toEqual({
      use: { ...token, expiresAt: null },
    });
  });

  it('are renewed when the server they are for refused this one, not when it refused an older one', () => {
    expect(nextToken(after(granted()), { ...wish, except: 'sealed' })).toEqual({ request: { basis: token } });
    expect(nextToken(after(granted()), { ...wish, except: 'an older one' })).toEqual({ use: token });
  });

  it('are not used, nor their refresh token, after the credentials changed', () => {
    expect(nextToken(after(granted()), { ...wish, credentialsKey: 'k2' })).toEqual({
      request: { basis: undefined },
    });
  });
});
