import { derivedId, type CommandPayload, type InlineConnection } from '@karrio/contracts';
import { refusal, slugOf } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { type Change, type Issue, type Outline, refused } from '../definition/change.ts';
import { shapeConnection } from './shape-connection.ts';

export const outlineCreateConnection = (
  catalog: OrgCatalog,
  payload: CommandPayload<'create_workflow_connection'>,
  issue: Issue,
): Outline => outlineNewConnection(catalog, payload, issue, '');

const outlineNewConnection = (
  catalog: OrgCatalog,
  input: InlineConnection,
  issue: Issue,
  path: string,
): Outline => {
  const shaped = shapeConnection(input, undefined, issue, path);
  if ('refused' in shaped) return shaped;
  const { definition } = shaped;
  const slug = slugOf(definition.name);
  if (slug === '') {
    return refused(
      refusal('invalid', `${path}name`, 'The name needs a letter a-z or a digit: its slug is made of it.'),
    );
  }
  const known = catalog.connectionBySlug(slug);
  if (known?.state.status === 'live') {
    // A redelivered command meets the connection that it made itself.
    if (known.createdBy === issue.commandId || input.isReusable) return { id: known.id, changes: [] };
    const message = `The connection ${slug} exists (${known.id}). Use it by its id, or give this one another name.`;
    return refused(refusal('already-exists', `${path}name`, message));
  }
  // The id is a function of the slug, so that two creations at once meet in one stream and the second loses.
  const id = derivedId('connection', issue.org, slug, known?.id ?? '');
  const command = { type: 'CreateConnection', id, slug, definition, at: issue.at } as const;
  return { id, changes: [{ kind: 'connection', id, command }] };
};

export const outlineUpdateConnection = (
  catalog: OrgCatalog,
  { id, ...input }: CommandPayload<'update_workflow_connection'>,
  issue: Issue,
): Outline => outlineRevisedConnection(catalog, id, input, issue, '');

const outlineRevisedConnection = (
  catalog: OrgCatalog,
  id: string,
  input: InlineConnection,
  issue: Issue,
  path: string,
): Outline => {
  const known = catalog.connection(id);
  if (known?.state.status !== 'live') return refused(notFound(id, path));
  const shaped = shapeConnection(input, known.state.definition, issue, path);
  if ('refused' in shaped) return shaped;
  const command = { type: 'ReviseConnection', definition: shaped.definition, at: issue.at } as const;
  return { id, changes: [{ kind: 'connection', id, command }] };
};

/** An action's: one with an id is attached and, where more is said of it, changed; one without is made. */
export const outlineInlineConnection = (
  catalog: OrgCatalog,
  { id, ...input }: InlineConnection,
  issue: Issue,
  path: string,
): Outline => {
  if (id === undefined) return outlineNewConnection(catalog, input, issue, path);
  const isAttachedOnly = Object.values(input).every((value) => value === undefined);
  if (!isAttachedOnly) return outlineRevisedConnection(catalog, id, input, issue, path);
  return catalog.connection(id)?.state.status === 'live' ? { id, changes: [] } : refused(notFound(id, path));
};

export const outlineDeleteConnection = (
  catalog: OrgCatalog,
  { id }: CommandPayload<'delete_workflow_connection'>,
  { at }: Issue,
): Outline => {
  if (catalog.connection(id)?.state.status !== 'live') return refused(notFound(id, ''));
  const users = [...catalog.actions()].flatMap(({ state }) =>
    state.status === 'live' && state.definition.connectionId === id ? [state.slug] : [],
  );
  if (users.length > 0) {
    const others = users.length > 5 ? ` and ${users.length - 5} more` : '';
    const message = `Actions use it: ${users.slice(0, 5).join(', ')}${others}. Give them another connection first.`;
    return refused(refusal('in-use', 'id', message));
  }
  const change: Change = { kind: 'connection', id, command: { type: 'DeleteConnection', at } };
  return { id, changes: [change] };
};

const notFound = (id: string, path: string) =>
  refusal(
    'not-found',
    `${path}id`,
    `No connection has the id ${id}; the workflow_connections query lists them.`,
  );
