import { derivedId, type CommandPayload, type InlineTrigger } from '@karrio/contracts';
import { refusal, type Refusal, type TriggerDefinition } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { type Issue, type Outline, refused } from '../definition/change.ts';
import { pick } from '../definition/pick.ts';

export const outlineCreateTrigger = (
  catalog: OrgCatalog,
  { workflowId, ...input }: CommandPayload<'create_workflow_trigger'>,
  issue: Issue,
): Outline => {
  const owner = catalog.workflow(workflowId);
  if (owner?.state.status !== 'live') {
    return refused(refusal('not-found', 'workflow_id', `No workflow has the id ${workflowId}.`));
  }
  const [existing] = catalog.triggersOf(workflowId);
  if (existing && existing.createdBy !== issue.commandId) {
    const message = `The workflow has the trigger ${existing.id}; update that one.`;
    return refused(refusal('already-exists', 'workflow_id', message));
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
  const shaped = shape(input, undefined, path);
  if ('refused' in shaped) return shaped;
  const { definition } = shaped;
  const id = derivedId('trigger', issue.commandId, owner.id);
  if (catalog.trigger(id)) return { id, changes: [] };
  const slug = `${owner.slug}_${definition.triggerType}`;
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
  const shaped = shape(input, known.state.definition, path);
  if ('refused' in shaped) return shaped;
  const { definition } = shaped;
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

type Shaped = Readonly<{ definition: TriggerDefinition }> | Readonly<{ refused: readonly Refusal[] }>;

const shape = (input: InlineTrigger, known: TriggerDefinition | undefined, path: string): Shaped => {
  const triggerType = input.triggerType ?? known?.triggerType;
  if (triggerType === undefined) {
    return {
      refused: [
        refusal('invalid', `${path}trigger_type`, 'Say what starts the workflow: manual or webhook.'),
      ],
    };
  }
  if (triggerType === 'scheduled') {
    const message =
      'Schedules are not available yet: use manual or webhook and call it from your own scheduler.';
    return { refused: [refusal('invalid', `${path}trigger_type`, message)] };
  }
  const before = known ?? { secretKey: null, sealedSecret: null, templateSlug: null };
  const definition: TriggerDefinition = {
    triggerType,
    schedule: null,
    secretKey: pick(input.secretKey, before.secretKey),
    sealedSecret: pick(input.sealedSecret, before.sealedSecret),
    templateSlug: pick(input.templateSlug, before.templateSlug),
  };
  const problems = problemsOf(input, definition, path);
  return problems.length > 0 ? { refused: problems } : { definition };
};

/** A token of RFC 9110 §5.6.2: what a header may be called. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const problemsOf = (input: InlineTrigger, { secretKey, sealedSecret }: TriggerDefinition, path: string) => {
  const problems: Refusal[] = [];
  const invalid = (field: string, message: string) =>
    problems.push(refusal('invalid', path + field, message));
  if (input.schedule) invalid('schedule', 'Only a scheduled trigger has a schedule; leave it out.');
  if (secretKey !== null && !headerName.test(secretKey)) {
    invalid(
      'secret_key',
      'This is the name of the HTTP header that carries the secret, such as X-Webhook-Secret.',
    );
  }
  if ((secretKey === null) !== (sealedSecret === null)) {
    const missing = secretKey === null ? 'secret_key' : 'secret';
    invalid(missing, 'A webhook is protected by both: secret_key names the header, secret is its value.');
  }
  return problems;
};
