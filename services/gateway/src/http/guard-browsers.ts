import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply } from 'fastify';
import helmet from 'helmet';

/** What browsers are told: nothing here is a page, and only pages of these origins may call. */
export const guardBrowsers = async (
  server: FastifyInstance,
  corsOrigins: readonly string[],
): Promise<void> => {
  const guarding = guardingHeaders();
  server.addHook('onRequest', (_, reply, done) => {
    reply.headers(guarding);
    done();
  });
  if (corsOrigins.length === 0) return;
  await server.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
    exposedHeaders: ['x-request-id', 'x-org-id', 'x-test-mode', 'retry-after', 'www-authenticate'],
    credentials: true,
    maxAge: 600,
  });
};

/** The same for every answer, and so asked for once: for each request, that was a tenth of the gateway's CPU. */
const guardingHeaders = (): OutgoingHttpHeaders => {
  const directives = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
  const guard = helmet({ contentSecurityPolicy: { useDefaults: false, directives } });
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  guard(request, response, () => {});
  return { ...response.getHeaders() };
};

/** The page to try queries on loads its scripts and styles from elsewhere, and may still not be framed. */
export const allowPage = (reply: FastifyReply): FastifyReply =>
  reply.header('content-security-policy', "frame-ancestors 'none'");
