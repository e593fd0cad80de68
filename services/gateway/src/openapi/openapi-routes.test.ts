import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { requireDescriptions } from './openapi-routes.ts';

const answer = async () => ({});

it('lets no route below /v1 begin that the OpenAPI document does not tell of, by method', () => {
  const server = fastify();
  requireDescriptions(server);
  server.get('/v1/workflows/:id', answer);
  server.get('/healthz', answer);
  expect(() => server.get('/v1/secrets', answer)).toThrow('does not tell of the route GET /v1/secrets');
  expect(() => server.put('/v1/workflows/:id', answer)).toThrow('PUT /v1/workflows/{id}');
});
