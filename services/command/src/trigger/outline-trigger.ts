import { derivedId, type CommandPayload, type InlineTrigger } from '@karrio/contracts';
import { refusal, slugOf, type Refusal, type TriggerDefinition } from '@karrio/domain';
import type { OrgCatalog, TriggerEntry } from '../catalog/catalog.ts';
import { type Issue, type Outline, refused } from '../definition/change.ts';
import { shapeTrigger } from './shape-trigger.ts';

const triggersMax = 50;

export const outlineCreateTrigger = (
  catalog: OrgCatalog,
  { workflowId, ...input }: CommandPayload<'create_workflow_trigger'>,
  issue: Issue,
): Outline => {
  const owner = catalog.workflow(workflowId);
  if (owner?.state.status !== 'live') {
    return refused(refusal('not-found', 'workflow_id', `No workflow has the id ${workflowId}.`));
  }
  const others = catalog.triggersOf(workflowId).filter(({ createdBy }) => createdBy !== issue.commandId);
  if (others.length >= triggersMax) {
    const message = `The workflow has ${triggersMax} triggers, which is all it may have; delete one or update it.`;
    return refused(refusal('invalid', 'workflow_id', message));
  }
  return outlineNewTrigger(catalog, { id: workflowId, slug: owner.state.slug }, input, issue, '');
};

export const outlineNewTrigger = (
  catalog: OrgCatalog,
  owner: Readonly<{ id: string; slug: string }>,
  input: InlineTrigger,
  issue: Issue,
  path: string,
): Outline => {
  const shaped = shapeTrigger({ ...input, testMode: input.testMode ?? issue.testMode }, undefined, {
    path,
    at: issue.at,
  });
  if ('refused' in shaped) return shaped;
  const { definition } = shaped;
  const id = derivedId('trigger', issue.commandId, owner.id);
  if (catalog.trigger(id)) return { id, changes: [] };
  const tooMany = tooManyListen(catalog, id, definition, path);
  if (tooMany) return refused(tooMany);
  const slug = freeSlug(owner.slug, definition, catalog.triggersOf(owner.id));
  const command = {
    type: 'CreateTrigger',
    id,
    slug,
    workflowId: owner.id,
    definition,
    at: issue.at,
  } as const;
  return { id, changes: [{ kind: 'trigger', id, command }] };
};

export const outlineUpdateTrigger = (
  catalog: OrgCatalog,
  { id, ...input }: CommandPayload<'update_workflow_trigger'>,
  issue: Issue,
): Outline => outlineRevisedTrigger(catalog, id, input, issue, '');

export const outlineRevisedTrigger = (
  catalog: OrgCatalog,
  id: string,
  input: InlineTrigger,
  issue: Issue,
  path: string,
): Outline => {
  const known = catalog.trigger(id);
  if (known?.state.status !== 'live')
    return refused(refusal('not-found', `${path}id`, `No trigger has the id ${id}.`));
  const shaped = shapeTrigger(input, known.state.definition, { path, at: issue.at });
  if ('refused' in shaped) return shaped;
  const { definition } = shaped;
  const tooMany = tooManyListen(catalog, id, definition, path);
  if (tooMany) return refused(tooMany);
  return {
    id,
    changes: [{ kind: 'trigger', id, command: { type: 'ReviseTrigger', definition, at: issue.at } }],
  };
};

export const outlineDeleteTrigger = (
  catalog: OrgCatalog,
  { id }: CommandPayload<'delete_workflow_trigger'>,
  issue: Issue,
): Outline =>
  catalog.trigger(id)?.state.status === 'live'
    ? { id, changes: [{ kind: 'trigger', id, command: { type: 'DeleteTrigger', at: issue.at } }] }
    : refused(refusal('not-found', 'id', `No trigger has the id ${id}.`));

/** Each event is held against all of its organisation's: their number bounds what one costs. */
const listenersMax = 200;

const tooManyListen = (
  catalog: OrgCatalog,
  id: string,
  { triggerType }: TriggerDefinition,
  path: string,
): Refusal | undefined => {
  if (triggerType !== 'event') return undefined;
  const others = [...catalog.triggers()].filter(
    (each) => each.id !== id && each.state.status === 'live' && each.state.definition.triggerType === 'event',
  );
  if (others.length < listenersMax) return undefined;
  const message = `The organisation has ${listenersMax} triggers that listen to events, which is all it may have; delete one, or give one more patterns.`;
  return refusal('invalid', `${path}trigger_type`, message);
};

/** Of its workflow and its name or type; numbered where another trigger of the workflow has it. */
const freeSlug = (
  workflowSlug: string,
  { name, triggerType }: TriggerDefinition,
  others: readonly TriggerEntry[],
): string => {
  const base = `${workflowSlug}_${(name !== null && slugOf(name)) || triggerType}`;
  const taken = new Set(others.map(({ state }) => (state.status === 'live' ? state.slug : '')));
  if (!taken.has(base)) return base;
  let suffix = 2;
  while (taken.has(`${base}_${suffix}`)) suffix++;
  return `${base}_${suffix}`;
};
