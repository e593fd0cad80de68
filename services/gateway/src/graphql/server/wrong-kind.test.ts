import { createLogger } from '@karrio/telemetry';
import {
  getNamedType,
  getNullableType,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
  type GraphQLInputType,
  type OperationDefinitionNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { maskedErrors } from './mask-errors.ts';
import { schema } from '../schema.ts';

const log = createLogger('gateway', 'silent');
const secret = 'hunter2';

type Wrong = Readonly<{ path: string; value: unknown; says: RegExp }>;

const wrongScalars: Readonly<Record<string, Omit<Wrong, 'path'>>> = {
  String: { value: { secret }, says: /String cannot represent a non string value/ },
  Int: { value: secret, says: /Int cannot represent non-integer value/ },
  Float: { value: secret, says: /Float cannot represent non numeric value/ },
  Boolean: { value: secret, says: /Boolean cannot represent a non boolean value/ },
  DateTime: { value: secret, says: /A DateTime is ISO 8601 text with its offset, such as/ },
};

/** Of each field, at any depth, a value that it cannot have, within an input that names nothing else. */
const wrongsOf = (type: GraphQLInputType, path: string, depth: number): readonly Wrong[] => {
  const named = getNamedType(type);
  const scalar = wrongScalars[named.name];
  const own: readonly Wrong[] = [
    ...(isNonNullType(type) && path.includes('.')
      ? [{ path, value: null, says: /Expected non-nullable type/ }]
      : []),
    ...(isEnumType(named) ? [{ path, value: secret, says: /does not exist in "\w+" enum; it has \w+/ }] : []),
    ...(scalar ? [{ path, ...scalar }] : []),
    ...(isInputObjectType(named)
      ? [
          { path, value: secret, says: /Expected type "\w+" to be an object/ },
          { path, value: { [`${secret}s`]: 1 }, says: /is not defined by type/ },
        ]
      : []),
  ];
  if (!isInputObjectType(named) || depth === 0) return own;
  const isMany = isListType(getNullableType(type));
  const inner = Object.values(named.getFields()).flatMap((field) =>
    wrongsOf(field.type, `${path}${isMany ? '[0]' : ''}.${field.name}`, depth - 1).map((wrong) => ({
      ...wrong,
      value: isMany ? [{ [field.name]: wrong.value }] : { [field.name]: wrong.value },
    })),
  );
  return [...own, ...inner];
};

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

describe('a value of the wrong kind', () => {
  it.each(mutations.flatMap(({ name, args }) => args.map((argument) => [name, argument] as const)))(
    'anywhere in the input of %s is refused by its place, with what belongs there, and not repeated',
    (_, { name, type }) => {
      const document = parse(`query ($${name}: ${String(type)}) { __typename }`);
      const [operation] = document.definitions as readonly OperationDefinitionNode[];
      for (const { path, value, says } of wrongsOf(type, name, 4)) {
        const { errors = [] } = getVariableValues(schema, operation?.variableDefinitions ?? [], {
          [name]: value,
        });
        const said = maskedErrors(errors, 'req_1', log).filter(({ message }) => says.test(message));
        // Of a list, the place may name the element.
        const places = [`at "${path}"`, `at "${path}[0]"`, ...(path === name ? [`"$${name}"`] : [])];
        expect([path, said.map(({ message }) => message)]).toEqual([
          path,
          expect.toSatisfy((messages: readonly string[]) =>
            messages.some((message) => places.some((place) => message.includes(place))),
          ),
        ]);
        for (const { message, extensions } of said) {
          expect(message.replace(`"${secret}s"`, '')).not.toContain(secret);
          expect(extensions).toMatchObject({ code: 'validation', status_code: 400 });
        }
      }
    },
  );
});
