import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi-document.ts';

/** Below it, everything is told of. */
const root = '/v1/';

/** Has every route that is added from now on be one that the document tells of. HEAD is GET without a body. */
export const requireDescriptions = (server: FastifyInstance): void => {
  const told = operationsIn(openApiDocument());
  server.addHook('onRoute', ({ method, url }) => {
    const path = url.replace(/:(\w+)/g, '{$1}');
    for (const each of [method].flat()) {
      if (url.startsWith(root) && each !== 'HEAD' && !told.has(`${each} ${path}`))
        throw new Error(`The OpenAPI document does not tell of the route ${each} ${path}.`);
    }
  });
};

const operationsIn = ({ paths }: ReturnType<typeof openApiDocument>): ReadonlySet<string> =>
  new Set(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  );

/** Both are for everybody: what there is tells nothing of what anybody has. */
export const addOpenApiRoutes = (server: FastifyInstance): void => {
  const text = JSON.stringify(openApiDocument());
  server.get('/openapi.json', { config: { permission: 'public' } }, (_, reply) =>
    reply.type('application/json').send(text),
  );
  server.get('/v1/health', { config: { permission: 'public' } }, () => ({ status: 'ok' }));
};
