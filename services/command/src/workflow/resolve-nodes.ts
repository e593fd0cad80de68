import type { InlineAction, NodeInput } from '@karrio/contracts';
import { refusal, slugOf, type ActionNode, type Refusal } from '@karrio/domain';
import { outlineNewAction, outlineRevisedAction } from '../action/outline-action.ts';
import type { OrgCatalog } from '../catalog/catalog.ts';
import type { Change, Issue } from '../definition/change.ts';
import { collapsed, withPending } from '../definition/pending.ts';
import { checkSteps } from './check-steps.ts';

type Resolved =
  | Readonly<{ actionNodes: readonly ActionNode[]; changes: readonly Change[] }>
  | Readonly<{ refused: readonly Refusal[] }>;

type Inline =
  Readonly<{ slug: string; changes: readonly Change[] }> | Readonly<{ refused: readonly Refusal[] }>;

type Input = Readonly<{
  /** Absent keeps `before`. */
  nodes: readonly NodeInput[] | undefined;
  before: readonly ActionNode[];
  actions: readonly InlineAction[];
}>;

/** Ties nodes to actions: `index` to one of the same input, `slug` to a saved one or to one of the same input. */
export const resolveNodes = (
  catalog: OrgCatalog,
  { nodes, before, actions }: Input,
  issue: Issue,
): Resolved => {
  const inline: Inline[] = [];
  for (const [index, action] of actions.entries()) {
    // Two actions may share a connection: the second is decided on what the first does to it.
    const after = withPending(catalog, changesOf(inline));
    inline.push(resolveInline(after, action, issue, `actions[${index}].`));
  }
  const slugs = inline.map((action) => ('slug' in action ? action.slug : undefined));
  const placed = nodes?.map((node, index) => placeNode(catalog, node, slugs, `action_nodes[${index}].`));
  const refused = [
    ...inline.flatMap((action) => ('refused' in action ? action.refused : [])),
    ...repeated(slugs).map(({ index, value }) =>
      refusal(
        'already-exists',
        `actions[${index}].name`,
        `Another action of this input has the slug ${value}.`,
      ),
    ),
    ...(placed ?? []).flatMap((node) => ('code' in node ? [node] : [])),
    ...repeated((placed ?? []).map((node) => ('code' in node ? undefined : node.slug))).map(
      ({ index, value }) =>
        refusal(
          'invalid',
          `action_nodes[${index}]`,
          `The action ${value} has a place already; an action runs once.`,
        ),
    ),
  ];
  if (refused.length > 0) return { refused };
  const actionNodes = placed?.flatMap((node) => ('code' in node ? [] : [node])) ?? before;
  const changes = collapsed(changesOf(inline));
  const places = new Map(slugs.map((slug, index) => [slug ?? '', `actions[${index}].`]));
  const slips = checkSteps(catalog, actionNodes, changes, places);
  return slips.length > 0 ? { refused: slips } : { actionNodes, changes };
};

const changesOf = (inline: readonly Inline[]): readonly Change[] =>
  inline.flatMap((action) => ('changes' in action ? action.changes : []));

const resolveInline = (catalog: OrgCatalog, input: InlineAction, issue: Issue, path: string): Inline => {
  const saved =
    input.id === undefined ? input.slug && catalog.actionBySlug(input.slug) : catalog.action(input.id);
  if (saved && saved.state.status === 'live') {
    const outline = outlineRevisedAction(catalog, saved.id, input, issue, path);
    return 'refused' in outline ? outline : { slug: saved.state.slug, changes: outline.changes };
  }
  if (input.id !== undefined) {
    return {
      refused: [
        refusal('not-found', `${path}id`, `No action has the id ${input.id}; leave it out to make one.`),
      ],
    };
  }
  const outline = outlineNewAction(catalog, input, issue, path);
  return 'refused' in outline ? outline : { slug: slugOf(input.name ?? ''), changes: outline.changes };
};

const placeNode = (
  catalog: OrgCatalog,
  { order, slug, index }: NodeInput,
  inline: readonly (string | undefined)[],
  path: string,
): ActionNode | Refusal => {
  if (slug) {
    const isKnown = inline.includes(slug) || catalog.actionBySlug(slug)?.state.status === 'live';
    return isKnown
      ? { order, slug }
      : refusal(
          'not-found',
          `${path}slug`,
          `No action has the slug ${slug}; the workflow_actions query lists them.`,
        );
  }
  if (index === null || index === undefined) {
    return refusal('invalid', path.slice(0, -1), 'Name a saved action by slug, or one of actions by index.');
  }
  if (index >= inline.length) {
    return refusal('invalid', `${path}index`, `There are ${inline.length} actions; index counts from 0.`);
  }
  // A refused action has no slug; its own error says what is wrong.
  return { order, slug: inline[index] ?? `#${index}` };
};

const repeated = (values: readonly (string | undefined)[]) =>
  values.flatMap((value, index) =>
    value !== undefined && values.indexOf(value) < index ? [{ index, value }] : [],
  );
