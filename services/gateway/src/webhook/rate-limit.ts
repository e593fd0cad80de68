import type { RateLimit } from '@karrio/domain';
import { problem, type Problem } from '../http/problem.ts';
import type { Limiter } from '../limit/limiter.ts';

/** Counts a trigger's deliveries; a problem where there have been enough for now. */
export type CountDelivery = (triggerId: string, limit: RateLimit) => Promise<Problem | undefined>;

/** A count for each trigger, in windows that begin with a delivery. */
export const countDeliveries =
  (limiter: Limiter): CountDelivery =>
  async (triggerId, { deliveries, perMs }) => {
    const waitMs = await limiter(triggerId, { max: deliveries, perMs });
    if (waitMs === 0) return undefined;
    const seconds = Math.ceil(waitMs / 1_000);
    const message = `This trigger takes ${deliveries} deliveries in ${perMs / 1_000} s; send it again in ${seconds} s.`;
    return problem('rate_limited', message, { retry_after: seconds });
  };
