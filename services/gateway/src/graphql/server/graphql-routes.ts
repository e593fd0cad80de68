import { attribute, traced, withTraceparent } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { suspect, suspectOf } from '../../audit/watch-refusals.ts';
import { effectOf } from '../../auth/authenticate.ts';
import { unauthenticated, type Caller } from '../../auth/viewer.ts';
import { allowPage } from '../../http/guard-browsers.ts';
import { idempotencyKeyOf } from '../../http/idempotency-key.ts';
import { mediaTypeOf } from '../../http/media-type.ts';
import { parseJson } from '../../http/parse-json.ts';
import { problem } from '../../http/problem.ts';
import { sendProblem } from '../../http/server.ts';
import { contextOf } from './context-of.ts';
import { withCodes } from '../error-shape.ts';
import { createGraphServer, type GraphServer } from './graph-server.ts';
import type { GraphRoutes } from './graph-routes.ts';
import { addGraphqlSocket } from './socket.ts';
import { answerEvents, wantsEvents } from './sse-answer.ts';

export const addGraphqlRoutes = (server: FastifyInstance, routes: GraphRoutes): void => {
  const { authenticate, countRequest, options, log } = routes;
  const graph = createGraphServer(log, options);
  addGraphqlSocket(server, graph, routes);
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
          // How an operation fails tells of the schema.
          const isSchemaOpen = options.introspection === 'open' || isPage(request);
          if (caller === 'absent' && !isSchemaOpen) return sendProblem(reply, unauthenticated(caller));
          suspect(request, suspectOf(caller, request.headers));
          const tooMany = typeof caller === 'object' && (await countRequest(caller.credential));
          if (tooMany) return sendProblem(reply, tooMany);
          return answer(graph, routes, caller, request, reply);
        }),
      ),
  });
};

const answer = async (
  graph: GraphServer,
  routes: GraphRoutes,
  caller: Caller,
  request: FastifyRequest<{ Body: string | null | undefined }>,
  reply: FastifyReply,
) => {
  const idempotency = idempotencyKeyOf(request.headers['idempotency-key']);
  if ('problem' in idempotency) return sendProblem(reply, idempotency.problem);
  const fault = jsonFaultOf(request);
  if (fault)
    return sendProblem(reply, problem('malformed_body', `The request's body is not valid JSON: ${fault}.`));

  const context = contextOf(request, caller, idempotency.key, routes.ports);
  if (wantsEvents(request) && (await answerEvents(graph, routes, context, request, reply))) return reply;

  const response = await graph.fetch(
    new URL(request.url, 'http://gateway'),
    {
      method: request.method,
      headers: fetchHeadersOf(request),
      ...(request.method === 'POST' ? { body: request.body ?? '' } : {}),
    },
    context,
  );
  if (typeof caller === 'object') {
    reply.header('x-org-id', caller.org).header('x-test-mode', String(caller.testMode));
  }
  if (mediaTypeOf(response.headers.get('content-type') ?? '') === 'text/html') allowPage(reply);
  response.headers.forEach((value, name) => void reply.header(name, value));
  return reply.code(response.status).send(withCodes(await response.text()));
};

/** The page to try queries on, which asks nothing by itself. */
const isPage = ({ method, query }: Pick<FastifyRequest, 'method' | 'query'>): boolean =>
  method === 'GET' && Object.keys(query ?? {}).length === 0;

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
