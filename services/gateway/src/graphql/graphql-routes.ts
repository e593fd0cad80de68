import { depthAfter, depthHeader } from '@karrio/contracts';
import type { ReadModel } from '@karrio/read-model';
import { attribute, traced, withTraceparent, type Logger } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { effectOf, type Authenticate } from '../auth/authenticate.ts';
import { unauthenticated, type Caller } from '../auth/viewer.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { mediaTypeOf } from '../http/media-type.ts';
import { originOf } from '../http/origin.ts';
import { parseJson } from '../http/parse-json.ts';
import { problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import type { GraphPorts } from './context.ts';
import { loadersOfRequest } from './loaders.ts';
import { withCodes } from './error-shape.ts';
import { createGraphServer, type GraphServer } from './graph-server.ts';

/** What every request works with; each reads as its caller's organisation. */
type SharedPorts = Omit<GraphPorts, 'db'> & Readonly<{ reads: Pick<ReadModel, 'of'> }>;

type GraphRoutes = Readonly<{ authenticate: Authenticate; ports: SharedPorts; log: Logger }>;

export const addGraphqlRoutes = (
  server: FastifyInstance,
  { authenticate, ports, log }: GraphRoutes,
): void => {
  const graph = createGraphServer(log);
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    config: { permission: 'own' },
    handler: (request: FastifyRequest<{ Body: string | null | undefined }>, reply) =>
      withTraceparent(oneOf(request.headers['traceparent']), () =>
        traced(`${request.method} /graphql`, { [attribute.httpRoute]: '/graphql' }, async () => {
          const caller = await authenticate(request.headers, effectOf(request.method));
          // A missing key is said by the operation: introspection needs none.
          if (typeof caller === 'string' && caller !== 'absent')
            return sendProblem(reply, unauthenticated(caller));
          return answer(graph, ports, caller, request, reply);
        }),
      ),
  });
};

const answer = async (
  graph: GraphServer,
  { reads, ...shared }: SharedPorts,
  caller: Caller,
  request: FastifyRequest<{ Body: string | null | undefined }>,
  reply: FastifyReply,
) => {
  const idempotency = idempotencyKeyOf(request.headers['idempotency-key']);
  if ('problem' in idempotency) return sendProblem(reply, idempotency.problem);
  const fault = jsonFaultOf(request);
  if (fault)
    return sendProblem(reply, problem('malformed_body', `The request's body is not valid JSON: ${fault}.`));

  // Who is nobody sees nothing.
  const db = reads.of(typeof caller === 'object' ? caller.org : '');
  const response = await graph.fetch(
    new URL(request.url, 'http://gateway'),
    {
      method: request.method,
      headers: fetchHeadersOf(request),
      ...(request.method === 'POST' ? { body: request.body ?? '' } : {}),
    },
    {
      ports: { ...shared, db },
      call: {
        caller,
        requestId: request.id,
        origin: originOf(request, caller),
        idempotencyKey: idempotency.key,
        depth: depthAfter(request.headers[depthHeader]),
        loaders: loadersOfRequest(db),
      },
    },
  );
  if (typeof caller === 'object') {
    reply.header('x-org-id', caller.org).header('x-test-mode', String(caller.testMode));
  }
  response.headers.forEach((value, name) => void reply.header(name, value));
  return reply.code(response.status).send(withCodes(await response.text()));
};

const jsonFaultOf = ({ method, headers, body }: FastifyRequest<{ Body: string | null | undefined }>) => {
  if (method !== 'POST' || mediaTypeOf(headers['content-type']) !== 'application/json') return undefined;
  const parsed = parseJson(body ?? '');
  return 'fault' in parsed ? parsed.fault : undefined;
};

const fetchHeadersOf = ({ headers }: FastifyRequest) =>
  ['accept', 'content-type'].flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });

const oneOf = (header: string | readonly string[] | undefined) =>
  typeof header === 'string' ? header : undefined;
