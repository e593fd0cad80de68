import type { Permission } from '@karrio/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { suspect, suspectOf } from '../audit/watch-refusals.ts';
import type { CountRequest } from '../http/rate-limit.ts';
import { sendProblem } from '../http/server.ts';
import { effectOf, type Authenticate } from './authenticate.ts';
import { missingPermission } from './permitted.ts';
import { unauthenticated, type Viewer } from './viewer.ts';

/** `any`: whoever is known may. `public`: everybody. `own`: the route itself decides who may. */
export type RoutePermission = Permission | 'any' | 'public' | 'own';

type AdmissionPorts = Readonly<{ authenticate: Authenticate; countRequest: CountRequest }>;

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: RoutePermission;
  }
}

/**
 * Has every route that is added from now on name what it needs, and refuses who may not use it, or has sent too much in
 * this second, before the body is read. Handlers ask `viewerOfRequest` who it is.
 */
export const requirePermissions = (server: FastifyInstance, ports: AdmissionPorts): void => {
  server.addHook('onRoute', ({ method, url, config }) => {
    if (config?.permission === undefined)
      throw new Error(`The route ${String(method)} ${url} names no permission.`);
  });
  server.addHook('onRequest', async (request, reply) => admit(ports, request, reply));
};

const viewers = new WeakMap<FastifyRequest, Viewer>();

const admit = async (
  { authenticate, countRequest }: AdmissionPorts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> => {
  const { permission } = request.routeOptions.config;
  // Without one it is no route of ours: the answer is that there is none.
  if (permission === undefined || permission === 'public' || permission === 'own') return undefined;
  const caller = await authenticate(request.headers, effectOf(request.method));
  if (typeof caller === 'string') return sendProblem(reply, unauthenticated(caller));
  suspect(request, suspectOf(caller, request.headers));
  const tooMany = await countRequest(caller.credential);
  if (tooMany) return sendProblem(reply, tooMany);
  const missing = permission === 'any' ? undefined : missingPermission(caller, permission);
  if (missing) return sendProblem(reply, missing);
  viewers.set(request, caller);
  reply.header('x-org-id', caller.org).header('x-test-mode', String(caller.testMode));
  return undefined;
};

/** Who asks. @throws Error in a route whose permission is `public` or `own` */
export const viewerOfRequest = (request: FastifyRequest): Viewer => {
  const viewer = viewers.get(request);
  if (!viewer) throw new Error('This route admits callers on its own.');
  return viewer;
};
