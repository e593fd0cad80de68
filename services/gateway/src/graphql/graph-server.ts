import type { Logger } from '@karrio/telemetry';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { GraphContext } from './context.ts';
import { limiting } from './limiting.ts';
import { maskErrors } from './mask-errors.ts';
import { requireKey } from './require-key.ts';
import { schema } from './schema.ts';

export type GraphServer = YogaServerInstance<GraphContext, object>;

export const createGraphServer = (log: Logger): GraphServer =>
  createYoga<GraphContext>({
    schema,
    logging: false,
    cors: false,
    landingPage: false,
    healthCheckEndpoint: '/graphql/health',
    multipart: false,
    graphiql: {
      title: 'Karrio Workflow Engine',
      headers: JSON.stringify({ Authorization: 'Token key_…' }),
      defaultQuery:
        '{\n  workflows {\n    edges {\n      node {\n        id\n        name\n      }\n    }\n  }\n}\n',
    },
    // Yoga's masking does not know the request that a log line should name.
    maskedErrors: false,
    plugins: [limiting, requireKey, maskErrors(log)],
  });
