import type { Origin } from '@karrio/contracts';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../auth/viewer.ts';

const userAgentCharsMax = 200;

/** Where a request came from, for the record of what it does. */
export const originOf = (
  { ip, id, headers }: Pick<FastifyRequest, 'ip' | 'id' | 'headers'>,
  caller: Caller | undefined,
): Origin => {
  const userAgent = headers['user-agent']?.slice(0, userAgentCharsMax);
  return {
    ip,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(typeof caller === 'object' ? { credential: caller.credential } : {}),
    requestId: id,
  };
};
