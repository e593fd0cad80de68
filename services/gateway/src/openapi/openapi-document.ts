import { getNamedType } from 'graphql';
import { statusOfCode } from '../http/problem.ts';
import { answersOf, fieldOf, inputTypeOf, nodeTypeOf, objectTypeOf } from '../rest/operation-field.ts';
import { restOperations, type RestOperation } from '../rest/operations.ts';
import { componentsOf, type JsonSchema } from './json-schema.ts';
import { authPaths, authSchemas, authSecurity } from './auth-operations.ts';
import { json, operationObject } from './operation-object.ts';
import { ownPaths, ownSchemas } from './own-operations.ts';

const errors: JsonSchema = {
  type: 'object',
  properties: {
    errors: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          code: { enum: Object.keys(statusOfCode), description: 'The kind of fault.' },
          message: { type: 'string', description: 'What is wrong, and what to do about it.' },
          level: { enum: ['error', 'warning'] },
          details: { description: 'Of a field that is wrong: field and messages.' },
        },
        required: ['code', 'message', 'level'],
      },
    },
  },
  required: ['errors'],
};

const typesOf = (operation: RestOperation) => {
  const field = fieldOf(operation);
  if (operation.kind === 'one') return [objectTypeOf(field)];
  if (operation.kind === 'page') return [nodeTypeOf(field), ...inputTypesOf(operation)];
  return [...answersOf(field).map(({ type }) => getNamedType(type)), ...inputTypesOf(operation)];
};

const inputTypesOf = (operation: RestOperation) =>
  Object.values(inputTypeOf(fieldOf(operation)).getFields()).map(({ type }) => getNamedType(type));

const paths = (): Readonly<Record<string, JsonSchema>> => {
  const grouped = Map.groupBy(restOperations, ({ path }) => path);
  const operations = [...grouped].map(([path, of]): [string, JsonSchema] => [
    path,
    Object.fromEntries(of.map((operation) => [operation.method.toLowerCase(), operationObject(operation)])),
  ]);
  return { ...Object.fromEntries(operations), ...ownPaths, ...authPaths };
};

const description = `What the engine does, over REST. Everything here is in GraphQL too (POST /graphql), under the same names.

An API key goes in \`Authorization: Token key_…\`. Every error is \`{ errors: [{ code, message, level, details }] }\`. A list is a page: \`next\` and \`previous\` are the addresses of its neighbours.`;

/** Derived from the schema, so that it cannot tell of what is not there. OpenAPI 3.1. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: { title: 'Karrio Workflow Engine', version: '1', description },
  servers: [{ url: '/' }],
  security: [{ key: [] }],
  paths: paths(),
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Token key_…' },
      ...authSecurity,
    },
    responses: {
      Error: {
        description: 'What is wrong, and what to do about it.',
        content: json({ $ref: '#/components/schemas/Errors' }),
      },
    },
    schemas: {
      Errors: errors,
      ...ownSchemas,
      ...authSchemas,
      ...componentsOf(restOperations.flatMap(typesOf)),
    },
  },
});
