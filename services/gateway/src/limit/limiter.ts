import { BusUnavailable, type Shared } from '@karrio/messaging';
import { LRUCache } from 'lru-cache';
import { takeShare, type Limit, type Share, type Window } from './share.ts';

/** How long to wait, in ms; 0: it may be now, and counts. */
export type Limiter = (name: string, limit: Limit) => Promise<number>;

/** A share should last about so long: a busy gateway asks NATS ten times a second, and an idle one keeps little. */
const shareMs = 100;
const aloneMsMax = 10_000;
/** The first share of a limit, as a part of it. */
const firstPart = 64;

type Held = { untilMs: number; left: number; isLast: boolean; size: number; takenMs: number };

/**
 * Limits that hold over all gateways together: each takes shares of a limit's window, and gives them out by itself.
 * Never more than the limit is let in. While NATS is away a gateway counts for itself.
 */
export const createLimiter = (shared: Pick<Shared<Window>, 'change'>, now: () => number): Limiter => {
  const shares = new LRUCache<string, Held>({ max: 10_000 });
  const underWay = new Map<string, Promise<void>>();

  const takeMore = async (key: string, limit: Limit, before: Held | undefined): Promise<void> => {
    const takenMs = now();
    const size = nextSize(limit, before, takenMs);
    const { untilMs, count, isLast } = await shared
      .change(key, (window) => takeShare(window, limit, size, now()))
      .catch((error: unknown) => alone(error, limit, now()));
    shares.set(key, { untilMs, left: count, isLast, size, takenMs });
  };

  return async (name, limit) => {
    // Who changes a limit begins a new count.
    const key = `${name}.${limit.max}.${limit.perMs}`;
    for (;;) {
      const held = shares.get(key);
      if (held && held.untilMs > now()) {
        if (held.left > 0) {
          held.left--;
          return 0;
        }
        if (held.isLast) return held.untilMs - now();
      }
      const taking = underWay.get(key) ?? takeMore(key, limit, held).finally(() => void underWay.delete(key));
      underWay.set(key, taking);
      await taking;
    }
  };
};

const nextSize = ({ max }: Limit, before: Held | undefined, nowMs: number): number => {
  const first = Math.max(1, Math.floor(max / firstPart));
  if (!before) return first;
  const isTooSmall = before.left === 0 && nowMs - before.takenMs < shareMs;
  return Math.min(max, Math.max(first, isTooSmall ? before.size * 2 : Math.floor(before.size / 2)));
};

/** Its part of the limit for a while, after which NATS is asked again. */
const alone = (error: unknown, { max, perMs }: Limit, nowMs: number): Share => {
  if (!(error instanceof BusUnavailable)) throw error;
  const forMs = Math.min(perMs, aloneMsMax);
  return { untilMs: nowMs + forMs, count: Math.ceil((max * forMs) / perMs), isLast: true };
};
