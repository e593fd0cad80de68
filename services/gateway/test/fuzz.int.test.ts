import fc from 'fast-check';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLInputType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../src/graphql/schema.ts';
import { restOperations } from '../src/rest/operations.ts';
import { ask } from './graphql-client.ts';
import { apiKey, startGateway, type TestGateway } from './harness.ts';
import type { Field } from './operation-text.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ bodyBytesMax: 200_000 });
  gateway.answerWith(() => ({
    rejected: { code: 'not-found', errors: [{ field: 'id', messages: ['Not here.'] }] },
  }));
});
afterAll(() => gateway[Symbol.asyncDispose]());

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '😀',
    "'; drop table run; --",
    '%',
    '\\',
    '$.**',
    '{{x}}',
    '../..',
    'x'.repeat(3_000),
  ),
);
const extremes = fc.constantFrom(0, -0, -1, 1, 2 ** 31 - 1, -(2 ** 31), 1e308, -1e308, 5e-324, 0.1);
const instants = fc.constantFrom(
  '2026-11-22T10:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '+275760-09-13T00:00:00Z',
);
const anyJson = fc.jsonValue({ maxDepth: 3 });

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  String: anyText,
  ID: anyText,
  Int: fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31))),
  Float: fc.oneof(extremes, fc.double({ noNaN: true, noDefaultInfinity: true })),
  Boolean: fc.boolean(),
  DateTime: instants,
  JSON: fc.oneof(anyJson, anyText),
};

/** Mostly what the type takes, now and then anything. */
const valueOf = (type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> => {
  if (isNonNullType(type))
    return fc.oneof({ weight: 9, arbitrary: fitting(type.ofType, depth) }, { weight: 1, arbitrary: anyJson });
  return fc.oneof(
    { weight: 6, arbitrary: fitting(type, depth) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
};

const fitting = (type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> => {
  if (isNonNullType(type)) return fitting(type.ofType, depth);
  if (isListType(type))
    return depth > 3 ? fc.constant([]) : fc.array(valueOf(type.ofType, depth + 1), { maxLength: 3 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name), 'nonsense');
  if (!isInputObjectType(type)) return scalars[type.name] ?? anyJson;
  const fields = Object.values(type.getFields()).filter((field) => depth < 3 || isNonNullType(field.type));
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type, depth + 1)])), {
    requiredKeys: fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name),
  });
};

const operations = (['query', 'mutation'] as const).flatMap((kind) => {
  const type = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  return Object.values(type?.getFields() ?? {})
    .filter(({ args }) => args.length > 0)
    .map((field) => ({ kind, field }));
});

const documentOf = (kind: string, { name, args, type }: Field): string => {
  const declared = args.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const passed = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  return `${kind} (${declared}) { ${name}(${passed}) ${isLeafType(getNamedType(type)) ? '' : '{ __typename }'} }`;
};

const codesOf = ({ errors = [] }: { errors?: readonly { code?: string }[] }) =>
  errors.map(({ code }) => code);

describe('any value in any argument is answered, and never with an internal error,', () => {
  it.each(operations.map(({ kind, field }) => [`${kind} ${field.name}`, kind, field] as const))(
    'in %s',
    async (_, kind, field) => {
      const variables = fc.record(
        Object.fromEntries(field.args.map(({ name, type }) => [name, valueOf(type)])),
      );
      await fc.assert(
        fc.asyncProperty(variables, async (given) => {
          const { body } = await ask(gateway, documentOf(kind, field), given);
          expect(codesOf(body)).not.toContain('internal');
          expect(body).toSatisfy((answer: object) => 'data' in answer || 'errors' in answer);
        }),
        { numRuns: 15 },
      );
    },
  );

  it('in any address and body of REST', async () => {
    const body = fc.oneof(
      anyJson.map((value) => JSON.stringify(value)),
      anyText,
    );
    const query = fc.dictionary(
      fc.constantFrom('first', 'after', 'status', 'keyword', 'parameters_path', 'created_after', 'x'),
      anyText,
      {
        maxKeys: 2,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...restOperations),
        anyText,
        query,
        body,
        async (operation, id, parameters, sent) => {
          const search = new URLSearchParams(parameters);
          const path = operation.path.replace(
            '{id}',
            encodeURIComponent(id.toWellFormed().slice(0, 50) || 'x'),
          );
          const response = await fetch(`${gateway.url}${path}?${search}`, {
            method: operation.method,
            headers: { authorization: `Token ${apiKey}` },
            ...(operation.method === 'GET' ? {} : { body: sent }),
          });
          expect([operation, response.status]).toEqual([
            operation,
            expect.toSatisfy((status: number) => status < 500),
          ]);
          await response.arrayBuffer();
        },
      ),
      { numRuns: 200 },
    );
  });
});
