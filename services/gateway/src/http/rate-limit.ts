import type { Limiter } from '../limit/limiter.ts';
import { problem, type Problem } from './problem.ts';

/** Counts a request of an API key or a session; a problem where there have been enough in this second. */
export type CountRequest = (credential: string) => Promise<Problem | undefined>;

export const countRequests = (limiter: Limiter, perSecondMax: number): CountRequest => {
  if (perSecondMax === 0) return async () => undefined;
  const limit = { max: perSecondMax, perMs: 1_000 };
  return async (credential) => {
    if ((await limiter(credential, limit)) === 0) return undefined;
    const message = `This API key or session may send ${perSecondMax} requests a second; send this one again in a second.`;
    return problem('rate_limited', message, { retry_after: 1 });
  };
};
