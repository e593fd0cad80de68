import { streams, type EventMetadata } from '@karrio/contracts';
import {
  evolveToken,
  isTokenEvent,
  nextToken,
  noToken,
  type GrantedToken,
  type TokenEvent,
  type TokenState,
} from '@karrio/domain';
import { pause, RevisionConflict, type EventStore, type ExpectedRevision } from '@karrio/event-store-client';
import { LRUCache } from 'lru-cache';
import { randomUUID } from 'node:crypto';

export type TokenNeed = Readonly<{
  connectionId: string;
  org: string;
  credentialsKey: string;
  /** A sealed access token that was refused. */
  except: string | undefined;
}>;

/** Asks the authorization server; `basis` is what it gave last. */
export type RequestToken<Failure> = (
  basis: GrantedToken | undefined,
) => Promise<{ readonly token: GrantedToken } | { readonly failed: Failure }>;

export type TokenStore = Readonly<{
  /** Of all processes one asks for a token at a time; the others wait for what it gets. @throws StoreUnavailable */
  tokenFor: <Failure>(
    need: TokenNeed,
    request: RequestToken<Failure>,
    signal: AbortSignal,
  ) => Promise<{ readonly token: GrantedToken } | { readonly failed: Failure }>;
}>;

export type TokenStorePorts = Readonly<{ store: EventStore; now: () => number }>;

const tokensMax = 10_000;
/** Longer than a token request may take. */
const leaseMs = 45_000;
const pollMs = 100;
/** A token is the last event; what came before explains how. */
const eventsKept = 20;

export const createTokenStore = ({ store, now }: TokenStorePorts): TokenStore => {
  const known = new LRUCache<string, TokenState>({ max: tokensMax });

  const tokenFor: TokenStore['tokenFor'] = async (need, request, signal) => {
    const { connectionId, credentialsKey, except } = need;
    const wish = () => ({ credentialsKey, except, nowMs: now() });
    const cached = nextToken(known.get(connectionId) ?? noToken, wish());
    if ('use' in cached) return { token: cached.use };
    for (;;) {
      signal.throwIfAborted();
      const { state, revision } = await load(store, connectionId);
      known.set(connectionId, state);
      const next = nextToken(state, wish());
      if ('use' in next) return { token: next.use };
      if ('waitUntilMs' in next) {
        await pause(Math.min(pollMs, next.waitUntilMs - now()), signal);
        continue;
      }
      const pen = penFor(store, need);
      const requestId = randomUUID();
      const at = new Date(now()).toISOString();
      const leaseEndsAt = new Date(now() + leaseMs).toISOString();
      const leased = await pen({ type: 'TokenRequested', data: { requestId, leaseEndsAt, at } }, revision);
      if (leased === undefined) continue;
      if (revision === 'no-stream') await store.keepLast(streams.token(connectionId), eventsKept);
      const outcome = await request(next.request.basis);
      const written = await pen(outcomeEvent(requestId, outcome, new Date(now()).toISOString()), leased);
      // The lease was lost to somebody else, whose token is the one that counts.
      if (written === undefined) continue;
      if ('token' in outcome) known.set(connectionId, { token: outcome.token, leaseEndsAt: undefined });
      return outcome;
    }
  };

  return { tokenFor };
};

const outcomeEvent = (
  requestId: string,
  outcome: { readonly token: GrantedToken } | { readonly failed: unknown },
  at: string,
): TokenEvent =>
  'token' in outcome
    ? { type: 'TokenGranted', data: { requestId, token: outcome.token, at } }
    : { type: 'TokenRefused', data: { requestId, at } };

const load = async (store: EventStore, connectionId: string) => {
  const events = await store.read(streams.token(connectionId));
  const revision: ExpectedRevision = events.at(-1)?.revision ?? 'no-stream';
  return { state: events.filter(isTokenEvent).reduce(evolveToken, noToken), revision };
};

/** Appends to the stream; undefined where somebody else was first. */
const penFor = (store: EventStore, { connectionId, org }: TokenNeed) => {
  const metadata: EventMetadata = {
    org,
    actor: 'executor',
    $correlationId: connectionId,
    $causationId: connectionId,
    schema: 1,
  };
  return async (event: TokenEvent, expected: ExpectedRevision): Promise<number | undefined> => {
    try {
      const { revision } = await store.append(
        streams.token(connectionId),
        [{ ...event, id: randomUUID(), metadata }],
        expected,
      );
      return revision;
    } catch (error) {
      if (error instanceof RevisionConflict) return undefined;
      throw error;
    }
  };
};
