import { getNamedType, isObjectType, parse, type DocumentNode, type GraphQLObjectType } from 'graphql';
import {
  answersOf,
  fieldOf,
  inputTypeOf,
  nodeTypeOf,
  objectTypeOf,
  shownFields,
  type OperationField,
} from './operation-field.ts';
import type { RestOperation } from './operations.ts';

/** The GraphQL that a REST operation stands for. */
export const documentOf = (operation: RestOperation): DocumentNode => {
  const field = fieldOf(operation);
  return parse(texts[operation.kind](operation.field, field), { noLocation: true });
};

const texts: Readonly<Record<RestOperation['kind'], (name: string, field: OperationField) => string>> = {
  page: (name, field) => `query ($filter: ${inputTypeOf(field).name}, $count: Boolean = false) {
    result: ${name}(filter: $filter) {
      page_info {
        has_next_page has_previous_page start_cursor end_cursor
        count @include(if: $count) count_is_exact @include(if: $count)
      }
      edges { node ${selectionOf(nodeTypeOf(field), false)} }
    }
  }`,
  one: (name, field) =>
    `query ($id: String!) { result: ${name}(id: $id) ${selectionOf(objectTypeOf(field), true)} }`,
  change: (name, field) => `mutation ($input: ${inputTypeOf(field).name}!) {
    result: ${name}(input: $input) {
      errors { field messages code }
      ${answersOf(field).map(selected([])).join(' ')}
    }
  }`,
};

const selectionOf = (
  type: GraphQLObjectType,
  isWhole: boolean,
  within: readonly GraphQLObjectType[] = [],
): string => {
  const path = [...within, type];
  return `{ ${shownFields(type, isWhole).map(selected(path)).join(' ')} }`;
};

/** Types that hold each other are followed once. */
const selected =
  (path: readonly GraphQLObjectType[]) =>
  ({ name, type }: OperationField): string => {
    const named = getNamedType(type);
    if (!isObjectType(named)) return name;
    return path.includes(named) ? '' : `${name} ${selectionOf(named, false, path)}`;
  };
