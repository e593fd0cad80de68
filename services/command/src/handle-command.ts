import {
  commandPayloads,
  isAuditCommand,
  isOrganizationCommand,
  isDecisionCommand,
  isRunCommand,
  isUserCommand,
  type AccessCommandName,
  type AuditCommandName,
  type Command,
  type CommandName,
  type CommandPayload,
  type CommandReply,
  type DecisionCommandName,
  type RunCommandName,
} from '@karrio/contracts';
import { RevisionConflict } from '@karrio/event-store-client';
import { handleAccess } from './access/handle-access.ts';
import type { OrganizationRequest } from './access/change-organization.ts';
import type { UserRequest } from './access/change-user.ts';
import type { AccessPorts } from './access/kinds.ts';
import { noteRefusals } from './audit/note-refusals.ts';
import { outlineCreateAction, outlineDeleteAction, outlineUpdateAction } from './action/outline-action.ts';
import type { OrgCatalog } from './catalog/catalog.ts';
import { applyOutline } from './definition/apply-outline.ts';
import {
  outlineCreateConnection,
  outlineDeleteConnection,
  outlineUpdateConnection,
} from './connection/outline-connection.ts';
import type { Issue, Outline } from './definition/change.ts';
import { type Envelope, envelopeOf } from './envelope.ts';
import { receiveEvent } from './event/receive-event.ts';
import {
  outlineCreateMetafield,
  outlineDeleteMetafield,
  outlineUpdateMetafield,
} from './metafield/outline-metafield.ts';
import {
  outlinePauseOrganization,
  outlinePauseWorkflow,
  outlineResumeOrganization,
  outlineResumeWorkflow,
} from './pause/outline-pause.ts';
import { accepted, refusedReply, rejected } from './reply.ts';
import {
  outlineCreateRule,
  outlineReorderRules,
  outlineSwitchRule,
  outlineUpdateRule,
} from './rule/outline-rule.ts';
import type { ControlCommand } from './run/control/control-of.ts';
import { controlledRun, controlRunOf } from './run/control/control-run-of.ts';
import { idOfWorkflow } from './run/named-workflow.ts';
import { requestedRun, requestRun, type RequestPorts } from './run/request-run.ts';
import { rerunRun } from './run/rerun-run.ts';
import {
  outlineCreateTrigger,
  outlineDeleteTrigger,
  outlineUpdateTrigger,
} from './trigger/outline-trigger.ts';
import { outlineRotateSecret } from './trigger/secret.ts';
import {
  outlineCreateWorkflow,
  outlineDeleteWorkflow,
  outlineSwitchWorkflow,
  outlineUpdateWorkflow,
} from './workflow/outline-workflow.ts';

type DefinitionCommand = Exclude<
  CommandName,
  RunCommandName | AccessCommandName | AuditCommandName | DecisionCommandName
>;
type Outliner<N extends CommandName> = (
  catalog: OrgCatalog,
  payload: CommandPayload<N>,
  issue: Issue,
) => Outline;

/** What each command on definitions means. */
const outliners: { readonly [N in DefinitionCommand]: Outliner<N> } = {
  create_workflow: outlineCreateWorkflow,
  update_workflow: outlineUpdateWorkflow,
  delete_workflow: outlineDeleteWorkflow,
  activate_workflow: (catalog, payload, issue) => outlineSwitchWorkflow(catalog, payload, issue, true),
  deactivate_workflow: (catalog, payload, issue) => outlineSwitchWorkflow(catalog, payload, issue, false),
  pause_workflow: outlinePauseWorkflow,
  resume_workflow: outlineResumeWorkflow,
  pause_organization: outlinePauseOrganization,
  resume_organization: outlineResumeOrganization,
  create_workflow_action: outlineCreateAction,
  update_workflow_action: outlineUpdateAction,
  delete_workflow_action: outlineDeleteAction,
  create_workflow_connection: outlineCreateConnection,
  update_workflow_connection: outlineUpdateConnection,
  delete_workflow_connection: outlineDeleteConnection,
  create_metafield: outlineCreateMetafield,
  update_metafield: outlineUpdateMetafield,
  delete_metafield: outlineDeleteMetafield,
  create_workflow_trigger: outlineCreateTrigger,
  update_workflow_trigger: outlineUpdateTrigger,
  rotate_trigger_secret: outlineRotateSecret,
  delete_workflow_trigger: outlineDeleteTrigger,
  create_shipping_rule: outlineCreateRule,
  update_shipping_rule: outlineUpdateRule,
  delete_shipping_rule: (catalog, payload, issue) => outlineSwitchRule(catalog, payload, issue, 'DeleteRule'),
  activate_shipping_rule: (catalog, payload, issue) =>
    outlineSwitchRule(catalog, payload, issue, 'ActivateRule'),
  deactivate_shipping_rule: (catalog, payload, issue) =>
    outlineSwitchRule(catalog, payload, issue, 'DeactivateRule'),
  reorder_shipping_rules: outlineReorderRules,
};

export type CommandPorts = RequestPorts & AccessPorts & Readonly<{ now: () => number }>;

const conflictsMax = 5;

/** Decides a command and writes what follows. Handling it again has the effect of once. */
export const handleCommand = async (ports: CommandPorts, command: Command): Promise<CommandReply> => {
  const { catalog, now } = ports;
  const { name } = command;
  const begun = catalog.positionOf(command.id) !== undefined;
  // A command that has begun to take effect is completed: half of it would be worse than late.
  const isLate = !begun && Date.parse(command.expiresAt) < now();
  if (isOrganizationCommand(name) || isUserCommand(name)) return changeAccess(ports, command, name, isLate);
  if (isAuditCommand(name)) return changeAudit(ports, command, name);
  if (isLate) return expired(ports, command);
  if (command.seen !== undefined) await ports.caughtUpTo(BigInt(command.seen));
  if (isDecisionCommand(name)) return rejected('invalid', 'name', `The rules service works ${name}.`);
  return isRunCommand(name) ? changeRun(ports, command, name) : changeDefinitions(ports, command, name);
};

const changeAccess = async (
  ports: CommandPorts,
  command: Command,
  name: AccessCommandName,
  isLate: boolean,
): Promise<CommandReply> => {
  const payload = commandPayloads[name].safeParse(command.payload);
  if (!payload.success) return unreadable(payload.error.issues);
  // TypeScript cannot follow a name through a table; the registry ties this payload to this name.
  // oxlint-disable-next-line typescript/consistent-type-assertions -- see above
  const request = { name, payload: payload.data } as OrganizationRequest | UserRequest;
  return handleAccess(ports, request, envelopeOf(command, command.id), isLate);
};

/** However late: what was refused was refused. */
const changeAudit = async (
  { store }: CommandPorts,
  command: Command,
  name: AuditCommandName,
): Promise<CommandReply> => {
  const payload = commandPayloads[name].safeParse(command.payload);
  return payload.success
    ? noteRefusals(store, payload.data, envelopeOf(command, command.id))
    : unreadable(payload.error.issues);
};

const changeRun = async (
  ports: CommandPorts,
  command: Command,
  name: RunCommandName,
): Promise<CommandReply> => {
  if (name === 'request_run') {
    const payload = commandPayloads.request_run.safeParse(command.payload);
    if (!payload.success) return unreadable(payload.error.issues);
    const workflowId = idOfWorkflow(ports.catalog.of(command.org), payload.data.workflowId);
    return requestRun(ports, { ...payload.data, workflowId }, envelopeOf(command, payload.data.runId));
  }
  if (name === 'receive_event') {
    const payload = commandPayloads.receive_event.safeParse(command.payload);
    if (!payload.success) return unreadable(payload.error.issues);
    return receiveEvent(ports, payload.data, envelopeOf(command, command.id));
  }
  if (name === 'rerun_run') {
    const payload = commandPayloads.rerun_run.safeParse(command.payload);
    if (!payload.success) return unreadable(payload.error.issues);
    return rerunRun(ports, payload.data, envelopeOf(command, payload.data.runId));
  }
  const payload = commandPayloads[name].safeParse(command.payload);
  if (!payload.success) return unreadable(payload.error.issues);
  // TypeScript cannot follow a name through a table; the registry ties this payload to this name.
  // oxlint-disable-next-line typescript/consistent-type-assertions -- see above
  const control = { name, payload: payload.data } as ControlCommand;
  return controlRunOf(ports, control, envelopeOf(command, payload.data.id));
};

const expired = async (ports: CommandPorts, command: Command): Promise<CommandReply> =>
  (await writtenBefore(ports, command)) ??
  rejected('expired', 'id', 'The command came too late and had no effect; send it again.');

/** A run may have been written by an earlier delivery of the same command, whose reply was lost. */
const writtenBefore = async (
  { store }: CommandPorts,
  { id, name, org, payload }: Command,
): Promise<CommandReply | undefined> => {
  if (!isRunCommand(name) || name === 'receive_event') return undefined;
  if (name === 'request_run' || name === 'rerun_run') {
    const run = commandPayloads[name].safeParse(payload);
    const onlyBy = run.data && 'isOnce' in run.data && run.data.isOnce ? id : undefined;
    return run.success ? requestedRun(store, run.data.runId, org, onlyBy) : undefined;
  }
  const run = commandPayloads[name].safeParse(payload);
  return run.success ? controlledRun(store, run.data, id) : undefined;
};

const changeDefinitions = async <N extends DefinitionCommand>(
  ports: CommandPorts,
  command: Command,
  name: N,
): Promise<CommandReply> => {
  const payload = commandPayloads[name].safeParse(command.payload);
  if (!payload.success) return unreadable(payload.error.issues);
  const outline: Outliner<N> = outliners[name];
  // TypeScript cannot follow a generic key through two tables; the registry ties this payload to this name.
  // oxlint-disable-next-line typescript/consistent-type-assertions -- see above
  const known = payload.data as CommandPayload<N>;
  const envelope = envelopeOf(command, command.id);
  for (let conflicts = 0; ;) {
    try {
      return await attempt(ports, envelope, (issue) => outline(ports.catalog.of(command.org), known, issue));
    } catch (error) {
      if (!(error instanceof RevisionConflict) || ++conflicts > conflictsMax) throw error;
      // Another process wrote first: decide again on what it wrote, which the subscription may not have brought yet.
      for (const event of await ports.store.read(error.stream)) ports.catalog.apply(event);
    }
  }
};

const attempt = async (
  { store, catalog }: CommandPorts,
  envelope: Envelope,
  outline: (issue: Issue) => Outline,
): Promise<CommandReply> => {
  const { commandId, org, at, testMode } = envelope;
  const outlined = outline({ commandId, org, at, testMode });
  if ('refused' in outlined) return refusedReply(outlined.refused);
  const applied = await applyOutline(store, catalog, envelope, outlined.changes);
  return 'refused' in applied ? refusedReply(applied.refused) : accepted(outlined.id, applied.position);
};

const unreadable = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
) => {
  const [first] = issues;
  return rejected('invalid', first?.path.join('.') || 'payload', first?.message ?? 'unreadable');
};
