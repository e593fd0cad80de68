import { getNamedType, isListType, getNullableType, type GraphQLInputField } from 'graphql';
import { answersOf, fieldOf, inputTypeOf, nodeTypeOf, objectTypeOf } from '../rest/operation-field.ts';
import type { RestOperation } from '../rest/operations.ts';
import { inputSchema, refTo, schemaOfType, type JsonSchema } from './json-schema.ts';

export const errorResponse = { $ref: '#/components/responses/Error' };
export const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

export const idParameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The object’s id.',
  schema: { type: 'string' },
};

export const idempotencyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Repeating a request with its key has the effect of once.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const countParameter = {
  name: 'count',
  in: 'query',
  description: 'Whether to count all that match, which costs a query of its own.',
  schema: { type: 'boolean', default: false },
};

/** An operation as OpenAPI tells it. */
export const operationObject = (operation: RestOperation): JsonSchema => {
  const field = fieldOf(operation);
  return {
    operationId: operation.kind === 'change' ? operation.field : `get_${operation.field}`,
    tags: [operation.path.split('/')[2]],
    summary: field.description,
    parameters: parametersOf(operation),
    ...(operation.kind === 'change' && operation.method !== 'DELETE'
      ? { requestBody: bodyOf(operation) }
      : {}),
    responses: {
      [operation.status]: { description: 'What was asked for.', content: json(answerSchema(operation)) },
      default: errorResponse,
    },
  };
};

const parametersOf = (operation: RestOperation): readonly JsonSchema[] => [
  ...(operation.path.includes('{id}') ? [idParameter] : []),
  ...(operation.kind === 'change' ? [idempotencyParameter] : []),
  ...(operation.kind === 'page'
    ? [...Object.values(inputTypeOf(fieldOf(operation)).getFields()).map(queryParameter), countParameter]
    : []),
];

const queryParameter = ({ name, type, description }: GraphQLInputField): JsonSchema => ({
  name,
  in: 'query',
  description,
  schema: schemaOfType(type),
  ...(isListType(getNullableType(type)) ? { style: 'form', explode: false } : {}),
});

const bodyOf = (operation: RestOperation): JsonSchema => {
  const inPath = operation.path.includes('{id}') ? ['id'] : [];
  const schema = inputSchema(inputTypeOf(fieldOf(operation)), inPath);
  return { required: 'required' in schema, content: json(schema) };
};

const answerSchema = (operation: RestOperation): JsonSchema => {
  const field = fieldOf(operation);
  if (operation.kind === 'page') return pageSchema(refTo(nodeTypeOf(field)));
  if (operation.kind === 'one') return refTo(objectTypeOf(field));
  const answers = answersOf(field);
  const [only, ...others] = answers;
  if (only && others.length === 0 && operation.method !== 'DELETE') return refTo(getNamedType(only.type));
  const members = answers.map(({ name, type }) => [name, { anyOf: [schemaOfType(type), { type: 'null' }] }]);
  return { type: 'object', properties: Object.fromEntries(members) };
};

const address = { type: ['string', 'null'] };

const pageSchema = (item: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: {
    count: { type: 'integer', description: 'Where asked for: how many match, as far as they are counted.' },
    count_is_exact: { type: 'boolean', description: 'False where more match than count says.' },
    next: { ...address, description: 'The address of the page behind this one.' },
    previous: { ...address, description: 'The address of the page before this one.' },
    results: { type: 'array', items: item },
  },
  required: ['next', 'previous', 'results'],
});
