import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLType,
} from 'graphql';
import { shownFields } from '../rest/operation-field.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const scalars: Readonly<Record<string, JsonSchema>> = {
  String: { type: 'string' },
  ID: { type: 'string' },
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
  JSON: {},
};

export const refTo = ({ name }: Readonly<{ name: string }>): JsonSchema => ({
  $ref: `#/components/schemas/${name}`,
});

/** A GraphQL type as JSON Schema 2020-12, its objects and enums by reference. */
export const schemaOfType = (type: GraphQLType): JsonSchema => {
  if (isNonNullType(type)) return schemaOfType(type.ofType);
  if (isListType(type)) return { type: 'array', items: schemaOfType(type.ofType) };
  return isScalarType(type) ? (scalars[type.name] ?? {}) : refTo(getNamedType(type));
};

const orNull = (type: GraphQLType): JsonSchema => {
  const schema = schemaOfType(type);
  // Any value is null, too.
  return isNonNullType(type) || Object.keys(schema).length === 0
    ? schema
    : { anyOf: [schema, { type: 'null' }] };
};

const described = (schema: JsonSchema, description: string | null | undefined): JsonSchema =>
  description ? { ...schema, description } : schema;

/** The schemas of these types and of all that they refer to, by name. */
export const componentsOf = (types: readonly GraphQLNamedType[]): Readonly<Record<string, JsonSchema>> => {
  const found = new Map<string, JsonSchema>();
  const add = (type: GraphQLNamedType): void => {
    if (isScalarType(type) || found.has(type.name)) return;
    found.set(type.name, {});
    found.set(type.name, componentOf(type));
    fieldsOf(type).forEach((field) => add(getNamedType(field.type)));
  };
  types.forEach(add);
  return Object.fromEntries([...found].toSorted(([a], [b]) => a.localeCompare(b)));
};

const fieldsOf = (type: GraphQLNamedType) => {
  if (isObjectType(type)) return shownFields(type, true);
  return isInputObjectType(type) ? Object.values(type.getFields()) : [];
};

const componentOf = (type: GraphQLNamedType): JsonSchema => {
  if (isEnumType(type)) {
    const values = type.getValues();
    const meanings = values.map(({ name, description }) => `- \`${name}\`: ${description ?? ''}`);
    return described(
      { type: 'string', enum: values.map(({ name }) => name) },
      [type.description, ...meanings].join('\n'),
    );
  }
  if (isInputObjectType(type)) return inputSchema(type);
  return isObjectType(type) ? objectSchema(type) : {};
};

/** Every field that is always answered; what one object holds of another may be left out. */
const objectSchema = (type: GraphQLObjectType): JsonSchema => {
  const fields = shownFields(type, true);
  return described(
    {
      type: 'object',
      properties: Object.fromEntries(
        fields.map((field) => [field.name, described(orNull(field.type), field.description)]),
      ),
      required: fields
        .filter((field) => isNonNullType(field.type) && !isObjectType(getNamedType(field.type)))
        .map(({ name }) => name),
    },
    type.description,
  );
};

export const inputSchema = (type: GraphQLInputObjectType, without: readonly string[] = []): JsonSchema => {
  const fields = Object.values(type.getFields()).filter(({ name }) => !without.includes(name));
  const required = fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name);
  return described(
    {
      type: 'object',
      properties: Object.fromEntries(
        fields.map((field) => [field.name, described(orNull(field.type), field.description)]),
      ),
      additionalProperties: false,
      ...(required.length > 0 ? { required } : {}),
    },
    type.description,
  );
};
