import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** What browsers are told: nothing here is a page, and only pages of these origins may call. */
export const guardBrowsers = async (
  server: FastifyInstance,
  corsOrigins: readonly string[],
): Promise<void> => {
  const directives = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
  await server.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives } });
  if (corsOrigins.length === 0) return;
  await server.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
    exposedHeaders: ['x-request-id', 'x-org-id', 'x-test-mode', 'retry-after', 'www-authenticate'],
    credentials: true,
    maxAge: 600,
  });
};

/** The page to try queries on loads its scripts and styles from elsewhere, and may still not be framed. */
export const allowPage = (reply: FastifyReply): FastifyReply =>
  reply.header('content-security-policy', "frame-ancestors 'none'");
