import { derivedId, type CommandPayload, type InlineTrigger } from '@karrio/contracts';
import { laterWorkflowFields, refusal, slugOf, type WorkflowDefinition } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { type Change, type Issue, type Outline, refused } from '../definition/change.ts';
import { pick } from '../definition/pick.ts';
import { outlineNewTrigger, outlineRevisedTrigger } from '../trigger/outline-trigger.ts';
import { resolveNodes } from './resolve-nodes.ts';

export const outlineCreateWorkflow = (
  catalog: OrgCatalog,
  payload: CommandPayload<'create_workflow'>,
  issue: Issue,
): Outline => {
  const id = derivedId('workflow', issue.commandId);
  if (catalog.workflow(id)) return { id, changes: [] };
  const slug = freeSlug(catalog, payload.name);
  const { actionNodes, actions = [] } = payload;
  const nodes = resolveNodes(catalog, { nodes: actionNodes, before: [], actions }, issue);
  const trigger = outlineTrigger(catalog, { id, slug }, payload.trigger, issue);
  const refusals = [nodes, trigger].flatMap((part) => ('refused' in part ? part.refused : []));
  if ('refused' in nodes || 'refused' in trigger) return refused(...refusals);
  const { name } = payload;
  const blank = {
    name,
    description: null,
    actionNodes: [],
    ...laterWorkflowFields,
    metadata: {},
    templateSlug: null,
  };
  const definition = laidOver(blank, payload, nodes.actionNodes);
  const isActive = payload.isActive ?? true;
  const command = { type: 'CreateWorkflow', id, slug, isActive, definition, at: issue.at } as const;
  // The workflow last: until it is written, nobody can run what is half there.
  return { id, changes: [...nodes.changes, ...trigger.changes, { kind: 'workflow', id, command }] };
};

export const outlineUpdateWorkflow = (
  catalog: OrgCatalog,
  payload: CommandPayload<'update_workflow'>,
  issue: Issue,
): Outline => {
  const known = catalog.workflow(payload.id);
  if (known?.state.status !== 'live') return refused(notFound(payload.id));
  const { slug, definition: before } = known.state;
  const { actionNodes, actions = [] } = payload;
  const nodes = resolveNodes(catalog, { nodes: actionNodes, before: before.actionNodes, actions }, issue);
  const trigger = outlineTrigger(catalog, { id: payload.id, slug }, payload.trigger, issue);
  const refusals = [nodes, trigger].flatMap((part) => ('refused' in part ? part.refused : []));
  if ('refused' in nodes || 'refused' in trigger) return refused(...refusals);
  const definition = laidOver(before, payload, nodes.actionNodes);
  const command = { type: 'ReviseWorkflow', definition, isActive: payload.isActive, at: issue.at } as const;
  const change: Change = { kind: 'workflow', id: payload.id, command };
  return { id: payload.id, changes: [...nodes.changes, ...trigger.changes, change] };
};

export const outlineDeleteWorkflow = (
  catalog: OrgCatalog,
  { id }: CommandPayload<'delete_workflow'>,
  { at }: Issue,
): Outline => {
  if (catalog.workflow(id)?.state.status !== 'live') return refused(notFound(id));
  const triggers = catalog
    .triggersOf(id)
    .map((trigger): Change => ({ kind: 'trigger', id: trigger.id, command: { type: 'DeleteTrigger', at } }));
  return { id, changes: [{ kind: 'workflow', id, command: { type: 'DeleteWorkflow', at } }, ...triggers] };
};

export const outlineSwitchWorkflow = (
  catalog: OrgCatalog,
  { id }: Readonly<{ id: string }>,
  { at }: Issue,
  isActive: boolean,
): Outline => {
  if (catalog.workflow(id)?.state.status !== 'live') return refused(notFound(id));
  const type = isActive ? 'ActivateWorkflow' : 'DeactivateWorkflow';
  return { id, changes: [{ kind: 'workflow', id, command: { type, at } }] };
};

type Fields = Omit<CommandPayload<'update_workflow'>, 'id'>;

const laidOver = (
  before: WorkflowDefinition,
  fields: Fields,
  actionNodes: WorkflowDefinition['actionNodes'],
): WorkflowDefinition => ({
  name: fields.name ?? before.name,
  description: pick(fields.description, before.description),
  actionNodes,
  runTimeoutMs: pick(fields.runTimeoutMs, before.runTimeoutMs),
  onFailure: fields.onFailure ?? before.onFailure,
  metadata: fields.metadata ?? before.metadata,
  templateSlug: pick(fields.templateSlug, before.templateSlug),
});

const notFound = (id: string) => refusal('not-found', 'id', `No workflow has the id ${id}.`);

/** The one trigger that a workflow has through this input: revised where there is one, made where there is none. */
const outlineTrigger = (
  catalog: OrgCatalog,
  owner: Readonly<{ id: string; slug: string }>,
  input: InlineTrigger | null | undefined,
  issue: Issue,
) => {
  if (!input) return { changes: [] };
  const { id, ...fields } = input;
  const existing = id ?? catalog.triggersOf(owner.id)[0]?.id;
  return existing === undefined
    ? outlineNewTrigger(catalog, owner, fields, issue, 'trigger.')
    : outlineRevisedTrigger(catalog, existing, fields, issue, 'trigger.');
};

const freeSlug = (catalog: OrgCatalog, name: string): string => {
  const base = slugOf(name) || 'workflow';
  const taken = new Set<string>();
  for (const { state } of catalog.workflows()) if (state.status === 'live') taken.add(state.slug);
  if (!taken.has(base)) return base;
  let suffix = 2;
  while (taken.has(`${base}_${suffix}`)) suffix++;
  return `${base}_${suffix}`;
};
