import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi-document.ts';

/** Both are for everybody: what there is tells nothing of what anybody has. */
export const addOpenApiRoutes = (server: FastifyInstance): void => {
  const text = JSON.stringify(openApiDocument());
  server.get('/openapi.json', { config: { permission: 'public' } }, (_, reply) =>
    reply.type('application/json').send(text),
  );
  server.get('/v1/health', { config: { permission: 'public' } }, () => ({ status: 'ok' }));
};
