import { derivedId, type CommandPayload, type InlineAction } from '@karrio/contracts';
import { refusal, slugOf } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { type Change, type Issue, type Outline, refused } from '../definition/change.ts';
import { shapeAction } from './shape-action.ts';

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
  const shaped = shapeAction(input, undefined, path);
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
    changes: [{ kind: 'action', id, command: { type: 'CreateAction', id, slug, definition, at: issue.at } }],
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
  const shaped = shapeAction(input, known.state.definition, path);
  if ('refused' in shaped) return shaped;
  const { definition } = shaped;
  return {
    id,
    changes: [{ kind: 'action', id, command: { type: 'ReviseAction', definition, at: issue.at } }],
  };
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
