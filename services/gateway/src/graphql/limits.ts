import {
  GraphQLError,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type ObjectValueNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { firstDefault, firstMax } from './page.ts';

export type Limits = Readonly<{
  /** How deep selections may nest. */
  depthMax: number;
  /** How many values an answer may hold at most, lists counted with the page's size. */
  costMax: number;
  /** How many fields the operation itself may name; each is a query or a command of its own. */
  rootFieldsMax: number;
}>;

export const defaultLimits: Limits = { depthMax: 15, costMax: 50_000, rootFieldsMax: 30 };

/** Tokens in a document. Beyond it some validations, quadratic in equal names, take seconds. */
export const tokensMax = 5_000;

/** What a list field without a page holds, by assumption. */
const listSizeAssumed = 10;
const pagedField =
  /^(workflows|workflow_(actions|connections|events|templates|action_templates|connection_templates)|events)$/;
const listField = /^(actions|action_nodes|records|metafields)$/;

/** Refuses a query that would cost more than a server shared with others should spend on one. */
export const limitsRule =
  (limits: Limits): ValidationRule =>
  (context) => ({
    OperationDefinition: (operation) => {
      const measured = measure(context, operation.selectionSet);
      for (const [name, max] of [
        ['depth', limits.depthMax],
        ['cost', limits.costMax],
        ['rootFields', limits.rootFieldsMax],
      ] as const) {
        if (measured[name] <= max) continue;
        const message = `The query's ${said[name]} is ${measured[name]}, at most ${max} is allowed; ${advice[name]}.`;
        context.reportError(
          new GraphQLError(message, { nodes: operation, extensions: { code: 'query_too_complex' } }),
        );
      }
    },
  });

const said = { depth: 'depth', cost: 'cost', rootFields: 'number of top-level fields' } as const;
const advice = {
  depth: 'ask for what lies deeper in a query of its own',
  cost: 'ask for fewer fields, or a smaller page with first',
  rootFields: 'split it into several requests',
} as const;

type Size = Readonly<{ depth: number; cost: number; rootFields: number }>;
const nothing: Size = { depth: 0, cost: 0, rootFields: 0 };

/** Each fragment is measured once, so that fragments in fragments cost no more than their text. */
const measure = (context: ValidationContext, root: SelectionSetNode): Size => {
  const measured = new Map<string, Size>();

  const ofSelections = (selections: SelectionSetNode | undefined): Size =>
    (selections?.selections ?? []).reduce<Size>((sum, selection) => {
      const size = ofSelection(selection);
      return {
        depth: Math.max(sum.depth, size.depth),
        cost: sum.cost + size.cost,
        rootFields: sum.rootFields + size.rootFields,
      };
    }, nothing);

  const ofSelection = (selection: SelectionSetNode['selections'][number]): Size => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSelections(selection.selectionSet);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(context.getFragment(selection.name.value));
    // The shape of introspection is bounded by the schema and by rules of its own.
    if (selection.name.value.startsWith('__')) return { ...nothing, rootFields: 1 };
    const { depth, cost } = ofSelections(selection.selectionSet);
    return { depth: depth + 1, cost: 1 + sizeOf(selection) * cost, rootFields: 1 };
  };

  const ofFragment = (fragment: FragmentDefinitionNode | null | undefined): Size => {
    if (!fragment) return nothing;
    const name = fragment.name.value;
    const known = measured.get(name);
    if (known) return known;
    // A cycle is refused by a rule of GraphQL's own; here it must only end.
    measured.set(name, nothing);
    const size = ofSelections(fragment.selectionSet);
    measured.set(name, size);
    return size;
  };

  return ofSelections(root);
};

const sizeOf = (field: FieldNode): number => {
  if (pagedField.test(field.name.value)) return firstOf(field);
  return listField.test(field.name.value) ? listSizeAssumed : 1;
};

/** The page's size where the query spells it; what a variable holds is not known yet, so it counts as the maximum. */
const firstOf = (field: FieldNode): number => {
  const filter = field.arguments?.find((argument) => argument.name.value === 'filter')?.value;
  if (filter?.kind === Kind.VARIABLE) return firstMax;
  return filter?.kind === Kind.OBJECT ? spelledFirst(filter) : firstDefault;
};

const spelledFirst = ({ fields }: ObjectValueNode): number => {
  const first = fields.find((member) => member.name.value === 'first')?.value;
  if (first?.kind === Kind.INT) return Math.min(firstMax, Number(first.value));
  return first?.kind === Kind.VARIABLE ? firstMax : firstDefault;
};
