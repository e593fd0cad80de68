import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
} from 'graphql';

export type Field = GraphQLField<unknown, unknown>;

/** An operation that asks for everything a field has, each type once on a way down. */
export const operationText = (kind: 'query' | 'mutation', { name, args, type }: Field): string => {
  const given = args.filter((argument) => isNonNullType(argument.type));
  const declared = given.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const passed = given.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const head = declared ? `${kind} (${declared})` : kind;
  return `${head} { ${name}${passed ? `(${passed})` : ''} ${selectionOf(type, [])} }`;
};

const selectionOf = (type: GraphQLOutputType, path: readonly GraphQLNamedType[]): string => {
  const named = getNamedType(type);
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const of = getNamedType(field.type);
    const needsArguments = field.args.some((argument) => isNonNullType(argument.type));
    if (needsArguments || path.includes(of) || of === named) return [];
    return `${field.name} ${selectionOf(field.type, [...path, named])}`;
  });
  return `{ ${fields.join(' ')} }`;
};

/** The least that the arguments take. */
export const sampleVariables = (
  args: readonly GraphQLArgument[],
  ids: Readonly<Record<string, unknown>> = {},
) =>
  Object.fromEntries(
    args
      .filter(({ type }) => isNonNullType(type))
      .map(({ name, type }) => [name, ids[name] ?? sampleOf(type, ids)]),
  );

const scalars: Readonly<Record<string, unknown>> = {
  String: 'x',
  ID: 'x',
  Int: 1,
  Float: 1,
  Boolean: true,
  JSON: {},
  DateTime: '2026-11-22T10:00:00.000Z',
};

const sampleOf = (type: GraphQLInputType, ids: Readonly<Record<string, unknown>>): unknown => {
  if (isNonNullType(type)) return sampleOf(type.ofType, ids);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return scalars[type.name];
  const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
  return Object.fromEntries(
    required.map((field) => [field.name, ids[field.name] ?? sampleOf(field.type, ids)]),
  );
};
