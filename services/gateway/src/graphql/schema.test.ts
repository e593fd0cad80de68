import { readFileSync } from 'node:fs';
import { permissions } from '@karrio/domain';
import {
  buildSchema,
  findBreakingChanges,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { permissionOf } from './guard.ts';
import { schema } from './schema.ts';

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const contract = buildSchema(textOf('../../contract/automation.graphql'));

const namedTypes = (of: GraphQLSchema): readonly GraphQLNamedType[] =>
  Object.values(of.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

/** `Query.workflow(id: String!): WorkflowType`, one line for everything that a client could name. */
const linesOf = (type: GraphQLNamedType): readonly string[] => {
  if (isScalarType(type)) return [`scalar ${type.name}`];
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name} has ${name}`);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map(
      (field) => `${type.name}.${field.name}: ${String(field.type)}`,
    );
  }
  if (!isObjectType(type)) throw new Error(`the schema has the unexpected kind of ${type.name}`);
  return Object.values(type.getFields()).flatMap(({ name, type: of, args }) => [
    `${type.name}.${name}: ${String(of)}`,
    ...args.map((argument) => `${type.name}.${name}(${argument.name}: ${String(argument.type)})`),
  ]);
};

const nameOf = (line: string) => line.replace(/: [^:]*$/, '');
const contractLines = new Map(
  namedTypes(contract)
    .flatMap(linesOf)
    .map((line) => [nameOf(line), line]),
);
const ourLines = namedTypes(schema).flatMap(linesOf);

describe('the schema', () => {
  it('is the one in schema.graphql; write it with: pnpm --filter @karrio/gateway schema', () => {
    expect(textOf('../../schema.graphql')).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
  });

  it('gives every name that it shares with the contract the contract’s type', () => {
    const shared = ourLines.filter((line) => contractLines.has(nameOf(line)));
    expect(shared.length).toBeGreaterThan(200);
    expect(shared).toEqual(shared.map((line) => contractLines.get(nameOf(line))));
  });

  it('has all of the contract', () => {
    const ours = new Set(ourLines.map(nameOf));
    expect([...contractLines.keys()].filter((name) => !ours.has(name))).toEqual([]);
  });

  it('names a permission for every operation: that of the table in libs/domain/src/organization/role.ts', () => {
    const operations = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = operations.flatMap((type) => Object.values(type?.getFields() ?? {}));
    expect(fields.length).toBeGreaterThan(40);
    const known = new Set<unknown>(['any', ...Object.keys(permissions)]);
    expect(fields.filter((field) => !known.has(permissionOf(field))).map(({ name }) => name)).toEqual([]);
  });

  it('lets nobody change anything with a permission to read', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(
      mutations.filter((field) => permissionOf(field)?.endsWith(':read')).map(({ name }) => name),
    ).toEqual([]);
  });

  it('takes nothing from who knows the contract: no change of a type, a value or an argument breaks its clients', () => {
    expect(findBreakingChanges(contract, schema)).toEqual([]);
  });

  it('describes every type, field, argument and value', () => {
    const undescribed = namedTypes(schema)
      .filter(({ name }) => !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name))
      .flatMap((type) => {
        const parts = isEnumType(type)
          ? type.getValues()
          : isObjectType(type)
            ? Object.values(type.getFields()).flatMap((field) => [field, ...field.args])
            : isInputObjectType(type)
              ? Object.values(type.getFields())
              : [];
        return [type, ...parts]
          .filter(({ description }) => !description)
          .map(({ name }) => `${type.name}.${name}`);
      });
    expect(undescribed).toEqual([]);
  });
});
