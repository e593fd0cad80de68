import { attribute, histogram, type Logger } from '@karrio/telemetry';
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { problemOfFault } from './fault.ts';
import { guardBrowsers } from './guard-browsers.ts';
import { headersOf, problem, problemBody, statusOfCode, type Problem } from './problem.ts';
import { answerMalformed } from './malformed-request.ts';
import { requestIdOf } from './request-id.ts';
import { followRoutes } from './route-methods.ts';

export type ServerOptions = Readonly<{
  bodyBytesMax: number;
  /** As fastify has it: addresses, networks and names such as loopback, with commas; empty: none. */
  trustedProxies: string;
  /** Whose pages may call. */
  corsOrigins: readonly string[];
  log: Logger;
}>;

const seconds = histogram(
  'karrio_http_request_duration_seconds',
  'From the request’s headers to the end of its answer.',
);

/** The HTTP edge without its routes: request ids, errors, metrics. */
export const createServer = async ({
  bodyBytesMax,
  trustedProxies,
  corsOrigins,
  log,
}: ServerOptions): Promise<FastifyInstance> => {
  const server = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    trustProxy: trustedProxies === '' ? false : trustedProxies,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    // A slow client must not hold a request open for ever.
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: (error, request, reply) =>
      void sendProblem(
        // No hook sees what has no address.
        reply.header('x-request-id', request.id),
        problemOfRequest(error, bodyBytesMax) ?? unforeseen(request.id),
      ),
    clientErrorHandler: answerMalformed,
  });
  // Bodies stay text until a route knows what they should be, so that it can say where they are malformed.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));

  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  const methodsOf = followRoutes(server);
  // Before any route: its own for preflights needs no permission.
  await guardBrowsers(server, corsOrigins);
  server.addHook('onResponse', (request, reply, done) => {
    seconds.record(reply.elapsedTime / 1_000, {
      [attribute.httpMethod]: request.method,
      [attribute.httpRoute]: request.routeOptions.url ?? 'none',
      [attribute.httpStatus]: reply.statusCode,
    });
    done();
  });
  answerProblems(server, methodsOf, bodyBytesMax, log);
  return server;
};

const answerProblems = (
  server: FastifyInstance,
  methodsOf: (path: string) => readonly string[],
  bodyBytesMax: number,
  log: Logger,
): void => {
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const allowed = methodsOf(path);
    if (allowed.length === 0 || allowed.includes(request.method)) return sendProblem(reply, noRoute(request));
    return sendProblem(reply.header('allow', allowed.join(', ')), wrongMethod(request, allowed));
  });
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const found = problemOfRequest(error, bodyBytesMax) ?? problemOfFault(error);
    if (found === undefined) log.error({ err: error, request: request.id }, 'request failed');
    return sendProblem(reply, found ?? unforeseen(request.id));
  });
};

const whereTo = 'see POST /graphql, and GET /openapi.json for what is below /v1';

const noRoute = ({ method, url }: FastifyRequest): Problem =>
  problem('not_found', `There is no ${method} ${url.split('?', 1)[0]}; ${whereTo}.`);

const wrongMethod = ({ method, url }: FastifyRequest, allowed: readonly string[]): Problem =>
  problem(
    'method_not_allowed',
    `${url.split('?', 1)[0]} takes ${allowed.join(', ')} and no ${method}; ${whereTo}.`,
  );

const sent = new WeakMap<FastifyReply, Problem>();

export const sendProblem = (
  reply: FastifyReply,
  found: Problem,
  more: readonly Problem[] = [],
): FastifyReply => {
  sent.set(reply, found);
  return reply
    .code(statusOfCode[found.code])
    .headers(headersOf(found))
    .send(problemBody(found, ...more));
};

/** What was wrong, where a request was answered with that; the first of several. */
export const problemSentWith = (reply: FastifyReply): Problem | undefined => sent.get(reply);

export const unforeseen = (requestId: string): Problem =>
  problem('internal', `Something failed that should not have; the logs name it by the request ${requestId}.`);

/** What fastify itself refuses. */
const problemOfRequest = (error: FastifyError, bodyBytesMax: number): Problem | undefined => {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return problem(
      'body_too_large',
      `The body is larger than ${bodyBytesMax} bytes; send less, or a link to it.`,
    );
  }
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode < 500 ? problem('validation', error.message) : undefined;
};
