import { depthAfter, depthHeader } from '@karrio/contracts';
import type { ReadModel } from '@karrio/read-model';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../auth/viewer.ts';
import { originOf } from '../../http/origin.ts';
import type { GraphContext, GraphPorts } from '../context.ts';
import { loadersOfRequest } from '../loaders.ts';

/** What every request works with; each reads as its caller's organisation. */
export type SharedPorts = Omit<GraphPorts, 'db'> & Readonly<{ reads: Pick<ReadModel, 'of'> }>;

export const contextOf = (
  request: Pick<FastifyRequest, 'id' | 'ip' | 'headers'>,
  caller: Caller,
  idempotencyKey: string | undefined,
  { reads, ...shared }: SharedPorts,
): GraphContext => {
  // Who is nobody sees nothing.
  const db = reads.of(typeof caller === 'object' ? caller.org : '');
  return {
    ports: { ...shared, db },
    call: {
      caller,
      requestId: request.id,
      origin: originOf(request, caller),
      idempotencyKey,
      depth: depthAfter(request.headers[depthHeader]),
      loaders: loadersOfRequest(db),
    },
  };
};
