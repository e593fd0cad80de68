import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { firstDefault, firstMax } from '../page.ts';

export type Limits = Readonly<{
  /** How deep selections may nest. */
  depthMax: number;
  /** How many values an answer may hold at most, lists counted with the page's size. */
  costMax: number;
  /** How many fields the operation itself may name, aliases too; each is a query or a command of its own. */
  rootFieldsMax: number;
}>;

const defaultLimits: Limits = { depthMax: 15, costMax: 50_000, rootFieldsMax: 30 };

/** Tokens in a document. Beyond it some validations, quadratic in equal names, take seconds. */
export const tokensMax = 5_000;

/** What a list field without a page holds, by assumption. */
const listSizeAssumed = 5;

type Asked = Readonly<{
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null | undefined;
  variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}>;

/** Why an operation would cost more than a server shared with others should spend on one; valid ones alone. */
export const limitErrors = (asked: Asked, limits: Limits = defaultLimits): readonly GraphQLError[] => {
  const operation = getOperationAST(asked.document, asked.operationName);
  const measured = operation ? measure(asked, operation) : nothing;
  return (
    [
      ['depth', limits.depthMax],
      ['cost', limits.costMax],
      ['rootFields', limits.rootFieldsMax],
    ] as const
  ).flatMap(([name, max]) =>
    measured[name] <= max
      ? []
      : new GraphQLError(
          `The query's ${said[name]} is ${measured[name]}, at most ${max} is allowed; ${advice[name]}.`,
          { nodes: operation ?? null, extensions: { code: 'query_too_complex', status_code: 400 } },
        ),
  );
};

const said = { depth: 'depth', cost: 'cost', rootFields: 'number of top-level fields' } as const;
const advice = {
  depth: 'ask for what lies deeper in a query of its own',
  cost: 'ask for fewer fields, or a smaller page with first',
  rootFields: 'split it into several requests',
} as const;

type Size = Readonly<{ depth: number; cost: number; rootFields: number }>;
const nothing: Size = { depth: 0, cost: 0, rootFields: 0 };

/** Each fragment is measured once, so that fragments in fragments cost no more than their text. */
const measure = ({ schema, document, variableValues }: Asked, operation: OperationDefinitionNode): Size => {
  const measured = new Map<string, Size>();
  const { coerced = {} } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variableValues ?? {},
  );

  const ofSelections = (
    selections: SelectionSetNode | undefined,
    parent: GraphQLNamedType | undefined,
  ): Size =>
    (selections?.selections ?? []).reduce<Size>((sum, selection) => {
      const size = ofSelection(selection, parent);
      return {
        depth: Math.max(sum.depth, size.depth),
        cost: sum.cost + size.cost,
        rootFields: sum.rootFields + size.rootFields,
      };
    }, nothing);

  const ofSelection = (selection: SelectionNode, parent: GraphQLNamedType | undefined): Size => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSelections(selection.selectionSet, parent);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    // The shape of introspection is bounded by the schema and by rules of its own.
    if (selection.name.value.startsWith('__')) return { ...nothing, rootFields: 1 };
    const field = isObjectType(parent) ? parent.getFields()[selection.name.value] : undefined;
    const { depth, cost } = ofSelections(selection.selectionSet, field && getNamedType(field.type));
    const size = field ? sizeOf(field, selection, coerced) : 1;
    return { depth: depth + 1, cost: 1 + size * cost, rootFields: 1 };
  };

  const fragments = new Map(
    document.definitions.filter(isFragment).map((found) => [found.name.value, found]),
  );
  const ofFragment = (name: string): Size => {
    const fragment = fragments.get(name);
    const known = measured.get(name);
    if (known || !fragment) return known ?? nothing;
    // A cycle is refused by a rule of GraphQL's own; here it must only end.
    measured.set(name, nothing);
    const size = ofSelections(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
    measured.set(name, size);
    return size;
  };

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
};

const isFragment = (definition: DocumentNode['definitions'][number]): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION;

/** How many of what it selects a field may hold. A connection holds its page; its edges are counted with it. */
const sizeOf = (
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number => {
  if (isConnection(getNamedType(field.type))) return pageSizeOf(getArgumentValues(field, node, variables));
  return isListType(getNullableType(field.type)) && field.name !== 'edges' ? listSizeAssumed : 1;
};

const isConnection = ({ name }: GraphQLNamedType): boolean => name.endsWith('TypeConnection');

const pageSizeOf = ({ filter }: Readonly<Record<string, unknown>>): number => {
  const first = typeof filter === 'object' && filter !== null && 'first' in filter ? filter.first : undefined;
  return typeof first === 'number' ? Math.min(firstMax, Math.max(1, first)) : firstDefault;
};
