import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

export type Operation = Readonly<{
  kind: 'query' | 'mutation' | 'subscription';
  field: GraphQLField<unknown, unknown>;
}>;

/** Every query and mutation of a schema; those that take things away come last. */
export const operationsOf = (schema: GraphQLSchema): readonly Operation[] => {
  const queries = Object.values(schema.getQueryType()?.getFields() ?? {});
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  // A workflow takes its triggers along.
  const rankOf = ({ name }: { readonly name: string }) =>
    name === 'delete_workflow' ? 2 : Number(/^(delete|revoke|remove|cancel)_/.test(name));
  return [
    ...queries.map((field) => ({ kind: 'query', field }) as const),
    ...mutations
      .toSorted((a, b) => rankOf(a) - rankOf(b))
      .map((field) => ({ kind: 'mutation', field }) as const),
  ];
};

export const subscriptionsOf = (schema: GraphQLSchema): readonly Operation[] =>
  Object.values(schema.getSubscriptionType()?.getFields() ?? {}).map((field) => ({
    kind: 'subscription',
    field,
  }));

const idName = /^(id|ids|slug|keyword|from_run|object_id|\w+_id|\w+_ids)$/;
/** Ids that are of somebody else’s making, or of nothing. */
const noId = /^(template_slug|tenant_id|client_id|request_id|trace_id|cursor_id)$/;
export const isIdName = (name: string) => idName.test(name) && !noId.test(name);

type Input = Pick<GraphQLArgument | GraphQLInputField, 'name' | 'type'>;
/** Where in the arguments something is named by its id. */
export type Place = readonly string[];

const depthMax = 4;

/** Every place of an operation that takes an id. */
export const placesOf = ({ field }: Operation): readonly Place[] =>
  field.args.flatMap((argument) => placesIn(argument, depthMax));

const placesIn = ({ name, type }: Input, depth: number): readonly Place[] => {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return isIdName(name) ? [[name]] : [];
  if (depth === 0) return [];
  return Object.values(named.getFields())
    .flatMap((field) => placesIn(field, depth - 1))
    .map((place) => [name, ...place]);
};

/** One call of an operation: what is required is filled in, and the id stands in one place, or in none. */
export type Call = Readonly<{ operation: Operation; id: string; place: Place | undefined }>;

/** Calls of one kind, each under an alias. */
export const documentOf = (calls: readonly Call[]): string => {
  const written = calls.map(({ operation: { field }, id, place }, index) => {
    const args = field.args.flatMap((argument) => {
      const value = valueOf(argument, id, place);
      return value === undefined ? [] : [`${argument.name}: ${value}`];
    });
    return `a${index}: ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${selectionOf(field.type, 3)}`;
  });
  return `${calls[0]?.operation.kind ?? 'query'} { ${written.join('\n')} }`;
};

/** As GraphQL writes it; undefined for what is left out. */
const valueOf = ({ name, type }: Input, id: string, place: Place | undefined): string | undefined => {
  const inside = place?.[0] === name ? place.slice(1) : undefined;
  return inside === undefined && !isNonNullType(type) ? undefined : writtenAs(name, type, id, inside);
};

const writtenAs = (name: string, type: GraphQLInputType, id: string, place: Place | undefined): string => {
  if (isNonNullType(type)) return writtenAs(name, type.ofType, id, place);
  if (isListType(type)) return `[${writtenAs(name, type.ofType, id, place)}]`;
  if (isInputObjectType(type)) {
    const members = Object.values(type.getFields()).flatMap((field) => {
      const value = valueOf(field, id, place);
      return value === undefined ? [] : [`${field.name}: ${value}`];
    });
    return `{${members.join(', ')}}`;
  }
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isIdName(name)) return JSON.stringify(id);
  return literals[type.name] ?? JSON.stringify(texts[name] ?? newText());
};

let made = 0;
/** Names are unique in an organisation: what the walk made once does not stand in its way. */
const newText = (): string => `walked${++made}`;

const literals: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1',
  Boolean: 'false',
  JSON: '{}',
  DateTime: '"2030-01-01T00:00:00Z"',
};
const texts: Readonly<Record<string, string>> = {
  expression: '0 9 * * *',
  schedule: '0 9 * * *',
  email: 'walker@example.com',
};

const selectionOf = (type: GraphQLOutputType, depth: number): string => {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named)) return '{ __typename }';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    if (field.args.some(({ type: of }) => isNonNullType(of))) return [];
    if (isLeafType(getNamedType(field.type))) return [field.name];
    return depth > 0 ? [`${field.name} ${selectionOf(field.type, depth - 1)}`] : [];
  });
  return `{ ${fields.join(' ') || '__typename'} }`;
};

/** That of a tracing record is longer: it says whose it is. */
export const anyId = /[a-z]+_[0-9a-f]{32}(?:[0-9a-f]{16})?/g;

/** What an answer says, whatever ids, times and random texts it is about. */
export const withoutIds = (answer: unknown): string =>
  JSON.stringify(answer)
    .replaceAll(anyId, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    // Noted some seconds after the use.
    .replaceAll('"last_used_at":null', '"last_used_at":"TIME"')
    .replaceAll(/walked\w*/g, 'walked')
    .replaceAll(/"invite_[\w-]+"/g, '"TOKEN"')
    .replaceAll(/"(timestamp|duration_ms|count)":[\d.]+/g, '"$1":0');

/** An id like this one that nothing has ever had. */
export const neverWas = (id: string): string => `${id.slice(0, -32)}${'0123456789abcdef'.repeat(2)}`;
