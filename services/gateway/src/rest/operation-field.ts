import {
  getNamedType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
} from 'graphql';
import { schema } from '../graphql/schema.ts';
import type { RestOperation } from './operations.ts';

export type OperationField = GraphQLField<unknown, unknown>;

/** What the schema has for an operation. @throws Error where it has nothing: at the start, not at a request */
export const fieldOf = ({ kind, field: name }: Pick<RestOperation, 'kind' | 'field'>): OperationField => {
  const type = kind === 'change' ? schema.getMutationType() : schema.getQueryType();
  const field = type?.getFields()[name];
  if (!field) throw new Error(`The schema has no ${name}, which a REST operation is.`);
  return field;
};

/** The fields of an object that it is answered with; lists within it and what it belongs to have addresses of their own. */
export const shownFields = (type: GraphQLObjectType, isWhole: boolean): readonly OperationField[] =>
  Object.values(type.getFields()).filter(
    ({ name, type: of, args }) =>
      args.every((argument) => !argument.type.toString().endsWith('!')) &&
      !getNamedType(of).name.endsWith('Connection') &&
      name !== 'workflow' &&
      (isWhole || name !== 'records'),
  );

export const objectTypeOf = ({ type, name }: OperationField): GraphQLObjectType => {
  const named = getNamedType(type);
  if (!isObjectType(named)) throw new Error(`${name} is no object, which a REST operation answers with.`);
  return named;
};

/** Of a list: the type of what it lists. */
export const nodeTypeOf = (field: OperationField): GraphQLObjectType => {
  const edges = objectTypeOf(field).getFields()['edges'];
  const node = edges && objectTypeOf(edges).getFields()['node'];
  if (!node) throw new Error(`${field.name} is no list.`);
  return objectTypeOf(node);
};

/** Of a mutation: what it answers beside its errors. */
export const answersOf = (field: OperationField): readonly OperationField[] =>
  Object.values(objectTypeOf(field).getFields()).filter(({ name }) => name !== 'errors');

/** The input of a mutation, or the filter of a list. */
export const inputTypeOf = (field: OperationField): GraphQLInputObjectType => {
  const [argument] = field.args;
  const named = argument && getNamedType(argument.type);
  if (!named || !isInputObjectType(named)) throw new Error(`${field.name} takes no input.`);
  return named;
};
