import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problem, type Problem } from './problem.ts';

/** Counts a request of a credential; a problem where there have been enough in this second. */
export type CountRequest = (credential: string) => Promise<Problem | undefined>;

/** Kept in this process: several gateways let in as many times the requests. */
export const countRequests = (perSecondMax: number): CountRequest => {
  if (perSecondMax === 0) return async () => undefined;
  const limiter = new RateLimiterMemory({ points: perSecondMax, duration: 1 });
  return async (credential) => {
    try {
      await limiter.consume(credential);
      return undefined;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const message = `This API key may send ${perSecondMax} requests a second; send this one again in a second.`;
      return problem('rate_limited', message, { retry_after: 1 });
    }
  };
};
