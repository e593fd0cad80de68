import type { Logger } from '@karrio/telemetry';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { GraphContext } from '../context.ts';
import { limiting } from './limiting.ts';
import { maskErrors } from './mask-errors.ts';
import { noSuggestions } from './no-suggestions.ts';
import { persistedOperations, type PersistedOperations } from './persisted-operations.ts';
import { deadlines } from './within-deadline.ts';
import { requireKey, type Introspection } from './require-key.ts';
import { schema } from '../schema.ts';

export type GraphServer = YogaServerInstance<GraphContext, object>;

export type GraphServerOptions = Readonly<{
  introspection: Introspection;
  persistedOperations: PersistedOperations;
  onlyPersistedOperations: boolean;
  operationTimeoutMs: number;
}>;

export const createGraphServer = (log: Logger, options: GraphServerOptions): GraphServer =>
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
    plugins: [
      ...(hasPersisted(options)
        ? [persistedOperations(options.persistedOperations, options.onlyPersistedOperations)]
        : []),
      // Who asks comes before what is asked: a stranger learns nothing of an operation from how it fails.
      requireKey(options.introspection),
      limiting,
      deadlines(options.operationTimeoutMs),
      maskErrors(log),
      ...(options.introspection === 'off' ? [noSuggestions] : []),
    ],
  });

const hasPersisted = (options: GraphServerOptions): boolean =>
  options.onlyPersistedOperations || Object.keys(options.persistedOperations).length > 0;
