import { derivedId, type CommandPayload, type InlineAction } from '@karrio/contracts';
import { refusal, slugOf, type ActionDefinition, type Refusal } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { type Change, type Issue, type Outline, refused } from '../definition/change.ts';
import { outlineInlineConnection } from '../connection/outline-connection.ts';
import { withPending } from '../definition/pending.ts';
import { shapeAction, type UsedConnection } from './shape-action.ts';

export const outlineCreateAction = (
  catalog: OrgCatalog,
  payload: CommandPayload<'create_workflow_action'>,
  issue: Issue,
): Outline => outlineNewAction(catalog, payload, issue, '');

export const outlineNewAction = (
  catalog: OrgCatalog,
  input: InlineAction,
  issue: Issue,
  path: string,
): Outline => {
  const shaped = withConnection(catalog, input, undefined, issue, path);
  if ('refused' in shaped) return shaped;
  const { definition } = shaped;
  const slug = slugOf(definition.name);
  if (slug === '') {
    const message = 'The name needs a letter a-z or a digit: templates call the action by its slug.';
    return refused(refusal('invalid', `${path}name`, message));
  }
  const known = catalog.actionBySlug(slug);
  // A redelivered command meets the action that it made itself.
  if (known?.state.status === 'live' && known.createdBy === issue.commandId)
    return { id: known.id, changes: [] };
  if (known?.state.status === 'live') {
    const message =
      `The action ${slug} exists. Reference it with action_nodes[].slug, update it by its id, ` +
      'or give this one another name.';
    return refused(refusal('already-exists', `${path}name`, message));
  }
  // The id is a function of the slug, so that two creations at once meet in one stream and the second loses.
  const id = derivedId('action', issue.org, slug, known?.id ?? '');
  return {
    id,
    changes: [
      ...shaped.changes,
      { kind: 'action', id, command: { type: 'CreateAction', id, slug, definition, at: issue.at } },
    ],
  };
};

export const outlineUpdateAction = (
  catalog: OrgCatalog,
  { id, ...input }: CommandPayload<'update_workflow_action'>,
  issue: Issue,
): Outline => outlineRevisedAction(catalog, id, input, issue, '');

export const outlineRevisedAction = (
  catalog: OrgCatalog,
  id: string,
  input: InlineAction,
  issue: Issue,
  path: string,
): Outline => {
  const known = catalog.action(id);
  if (known?.state.status !== 'live')
    return refused(refusal('not-found', `${path}id`, `No action has the id ${id}.`));
  const shaped = withConnection(catalog, input, known.state.definition, issue, path);
  if ('refused' in shaped) return shaped;
  const { definition } = shaped;
  return {
    id,
    changes: [
      ...shaped.changes,
      { kind: 'action', id, command: { type: 'ReviseAction', definition, at: issue.at } },
    ],
  };
};

type Refused = Readonly<{ refused: readonly Refusal[] }>;

/** The action's definition, with what becomes of its connection on the way. */
const withConnection = (
  catalog: OrgCatalog,
  input: InlineAction,
  known: ActionDefinition | undefined,
  issue: Issue,
  path: string,
): Readonly<{ definition: ActionDefinition; changes: readonly Change[] }> | Refused => {
  const used = connectionOf(catalog, input, known?.connectionId ?? null, issue, `${path}connection.`);
  // What is wrong with the connection would be said again of the action that lacks one.
  if ('refused' in used) return used;
  const shaped = shapeAction(input, known, { issue, path, connection: used.connection });
  return 'refused' in shaped ? shaped : { definition: shaped.definition, changes: used.changes };
};

type Used = Readonly<{ connection: UsedConnection | null; changes: readonly Change[] }>;

/** The input's, or the one that the action has; null takes it away. */
const connectionOf = (
  catalog: OrgCatalog,
  { connection: input }: InlineAction,
  known: string | null,
  issue: Issue,
  path: string,
): Used | Refused => {
  if (input === null) return { connection: null, changes: [] };
  if (input === undefined) return { connection: usedIn(catalog, known), changes: [] };
  const outline = outlineInlineConnection(catalog, input, issue, path);
  if ('refused' in outline) return outline;
  const { id, changes } = outline;
  return { connection: usedIn(withPending(catalog, changes), id), changes };
};

const usedIn = (catalog: OrgCatalog, id: string | null): UsedConnection | null => {
  const state = id === null ? undefined : catalog.connection(id)?.state;
  return state?.status === 'live' ? { id: state.id, definition: state.definition } : null;
};

export const outlineDeleteAction = (
  catalog: OrgCatalog,
  { id }: CommandPayload<'delete_workflow_action'>,
  issue: Issue,
): Outline => {
  const known = catalog.action(id);
  if (known?.state.status !== 'live')
    return refused(refusal('not-found', 'id', `No action has the id ${id}.`));
  const { slug } = known.state;
  const users = [...catalog.workflows()].flatMap(({ state }) =>
    state.status === 'live' && state.definition.actionNodes.some((node) => node.slug === slug)
      ? [state.definition.name]
      : [],
  );
  if (users.length > 0) {
    const message = `The action is part of ${users.slice(0, 5).join(', ')}. Take it out of action_nodes first.`;
    return refused(refusal('in-use', 'id', message));
  }
  const change: Change = { kind: 'action', id, command: { type: 'DeleteAction', at: issue.at } };
  return { id, changes: [change] };
};
