import type { RateLimit } from '@karrio/domain';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problem, type Problem } from '../http/problem.ts';

/** Counts a trigger's deliveries; a problem where there have been enough for now. */
export type CountDelivery = (triggerId: string, limit: RateLimit) => Promise<Problem | undefined>;

/**
 * A count for each trigger, in fixed windows that begin with a delivery. Kept in this process: several gateways let
 * in as many times the deliveries.
 */
export const countDeliveries = (): CountDelivery => {
  // The library has a limiter per limit; who changes one begins a new count.
  const limiters = new LRUCache<string, RateLimiterMemory>({ max: 1_000 });
  const limiterOf = ({ deliveries, perMs }: RateLimit) => {
    const name = `${deliveries} per ${perMs}`;
    const limiter =
      limiters.get(name) ?? new RateLimiterMemory({ points: deliveries, duration: perMs / 1_000 });
    limiters.set(name, limiter);
    return limiter;
  };
  return async (triggerId, limit) => {
    try {
      await limiterOf(limit).consume(triggerId);
      return undefined;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      const message = `This trigger takes ${limit.deliveries} deliveries in ${limit.perMs / 1_000} s; send it again in ${seconds} s.`;
      return problem('rate_limited', message, { retry_after: seconds });
    }
  };
};
