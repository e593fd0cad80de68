import { isIdName } from './walk.ts';

type Schema = Readonly<{
  $ref?: string;
  enum?: readonly unknown[];
  type?: string | readonly string[];
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
}>;

type Described = Readonly<{
  parameters?: readonly Readonly<{ name: string; in: string }>[];
  requestBody?: Readonly<{ content: Readonly<Record<string, Readonly<{ schema: Schema }>>> }>;
}>;

export type OpenApi = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  components: Readonly<{ schemas: Readonly<Record<string, Schema>> }>;
}>;

/** A request that names something by an id: in its address, or in what its list is filtered by. */
export type RestPlace = Readonly<{
  name: string;
  method: string;
  path: (id: string) => string;
  body: string | undefined;
}>;

/** Every place in the addresses of an OpenAPI document that takes an id, with what is required filled in. */
export const restPlacesOf = ({ paths, components }: OpenApi): readonly RestPlace[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, described]) => {
      const schema = described.requestBody?.content['application/json']?.schema;
      const body = schema && JSON.stringify(sampleOf(schema, components.schemas));
      const place = (name: string, address: RestPlace['path']): RestPlace => ({
        name: `${method.toUpperCase()} ${name}`,
        method: method.toUpperCase(),
        path: address,
        body,
      });
      const filters = (described.parameters ?? []).filter((it) => it.in === 'query' && isIdName(it.name));
      return [
        ...(path.includes('{id}') ? [place(path, (id) => path.replace('{id}', id))] : []),
        ...filters.map(({ name }) => place(`${path}?${name}`, (id) => `${path}?${name}=${id}`)),
      ];
    }),
  );

const sampleOf = (schema: Schema, schemas: Readonly<Record<string, Schema>>): unknown => {
  const named = schema.$ref?.split('/').at(-1);
  if (named) return sampleOf(schemas[named] ?? {}, schemas);
  if (schema.enum) return schema.enum[0];
  const required = schema.required ?? [];
  const members = required.map((name) => [name, sampleOf(schema.properties?.[name] ?? {}, schemas)] as const);
  return samples[[schema.type].flat()[0] ?? ''] ?? Object.fromEntries(members);
};

const samples: Readonly<Record<string, unknown>> = {
  string: 'walked',
  integer: 1,
  number: 1,
  boolean: false,
  array: [],
};
