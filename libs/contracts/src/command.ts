import {
  actionTypes,
  authTypes,
  contentTypes,
  failurePolicies,
  httpMethods,
  metafieldTypes,
  parametersTypes,
  runEventTypes,
  templateEngines,
  triggerTypes,
  unknownResolutions,
} from '@karrio/domain';
import { z } from 'zod';
import { accessPayloads } from './access-command.ts';
import { auditPayloads } from './audit-command.ts';
import { GivenId } from './given-id.ts';
import { JsonValue } from './json-value.ts';
import { Origin } from './metadata.ts';
import { IncomingEvent } from './incoming-event.ts';
import { LogPosition } from './notice.ts';
import { ReceivedEvent } from './received-event.ts';
import { SealedGiven } from './sealed-given.ts';
import { InlineTrigger, triggerFields } from './trigger-input.ts';
import { within } from './within.ts';
import { decisionCommandPayloads, ruleCommandPayloads } from './rule.ts';

const isoTime = z.iso.datetime();
const name = z.string().trim().min(1, 'must not be empty').max(50, 'must have at most 50 characters');
const description = z.string().max(150, 'must have at most 150 characters').nullable();
const metadata = z.record(z.string(), JsonValue);

/** What others know as an action, and what does its work here. */
const actionType = z.enum(actionTypes, {
  error: ({ input }) =>
    input === 'function_call'
      ? 'cannot be function_call: no code runs inside the engine; call yours by http_request, or compute by data_mapping'
      : undefined,
});

const port = z.number().int().min(1).max(65_535).nullable();

const metafieldKey = z.string().trim().min(1, 'must not be empty').max(50, 'must have at most 50 characters');

/** `value` for what everyone may read, `secret` for what nobody may; null takes a secret away. */
const metafieldFields = {
  key: metafieldKey.optional(),
  type: z.enum(metafieldTypes).optional(),
  isRequired: z.boolean().optional(),
  value: JsonValue.optional(),
  secret: SealedGiven.nullable().optional(),
};

/** A metafield within its object's input: by `id`, or by a key that is there, it changes that one. */
export const InlineMetafield = z.object({ ...metafieldFields, id: GivenId.optional() });
export type InlineMetafield = z.infer<typeof InlineMetafield>;

const metafieldsMax = 100;
const metafields = z.array(InlineMetafield).max(metafieldsMax, `can be ${metafieldsMax} at most`).optional();

/** What a metafield can be attached to; none of these is `metafield` itself. */
const attachment = {
  objectType: z.string().nullable().optional(),
  objectId: GivenId.nullable().optional(),
};

/** Absent keeps what is (on update) or takes the default (on create). */
const connectionFields = {
  name: name.optional(),
  authType: z.enum(authTypes).optional(),
  description: description.optional(),
  host: z.string().nullable().optional(),
  port: port.optional(),
  endpoint: z.string().nullable().optional(),
  templateEngine: z.enum(templateEngines).optional(),
  authTemplate: z.string().nullable().optional(),
  parametersTemplate: z.string().nullable().optional(),
  metafields,
  /** All there are: null under a key keeps what is sealed under it, a key that is left out goes. */
  credentials: z.record(z.string(), SealedGiven.nullable()).optional(),
  metadata: metadata.optional(),
  templateSlug: z.string().nullable().optional(),
};

/** Within an action: `id` changes that one, `id` alone attaches it, none makes one. */
export const InlineConnection = z.object({
  ...connectionFields,
  id: GivenId.optional(),
  /** From a template, which nobody changed: where a connection of this name is there, that one is used as it is. */
  isReusable: z.boolean().optional(),
});
export type InlineConnection = z.infer<typeof InlineConnection>;

const statuses = z.array(z.string()).max(50, 'can be 50 at most');

const RetryPolicyInput = z.object({
  maxRetries: within(0, 10).optional(),
  baseDelayMs: within(1, 60_000).optional(),
  maxDelayMs: within(1, 3_600_000).optional(),
  statuses: statuses.optional(),
});

/** A definition's optional part: absent keeps what is (on update) or takes the default (on create). */
const actionFields = {
  name: name.optional(),
  actionType: actionType.optional(),
  description: description.optional(),
  host: z.string().nullable().optional(),
  port: port.optional(),
  endpoint: z.string().nullable().optional(),
  method: z.enum(httpMethods).nullable().optional(),
  parametersType: z.enum(parametersTypes).nullable().optional(),
  parametersTemplate: z.string().nullable().optional(),
  headerTemplate: z.string().nullable().optional(),
  contentType: z.enum(contentTypes).nullable().optional(),
  templateEngine: z.enum(templateEngines).optional(),
  connection: InlineConnection.nullable().optional(),
  connectTimeoutMs: within(1, 60_000).nullable().optional(),
  timeoutMs: within(1, 600_000).nullable().optional(),
  acceptedStatuses: statuses.nullable().optional(),
  retryPolicy: RetryPolicyInput.nullable().optional(),
  onUnknown: z.enum(unknownResolutions).nullable().optional(),
  probe: z
    .object({ endpoint: z.string().min(1), template: z.string().min(1) })
    .nullable()
    .optional(),
  metafields,
  metadata: metadata.optional(),
  templateSlug: z.string().nullable().optional(),
};

/** `id` or the slug of an existing action revises it; neither creates one. */
export const InlineAction = z.object({
  ...actionFields,
  id: GivenId.optional(),
  slug: z.string().optional(),
});
export type InlineAction = z.infer<typeof InlineAction>;

/** `index` is a position in the same command's `actions`, `slug` names a saved action. */
export const NodeInput = z.object({
  order: z.number().int().min(0, 'must not be negative'),
  slug: z.string().nullable().optional(),
  index: z.number().int().min(0).nullable().optional(),
});
export type NodeInput = z.infer<typeof NodeInput>;

const workflowFields = {
  name: name.optional(),
  description: description.optional(),
  metadata: metadata.optional(),
  templateSlug: z.string().nullable().optional(),
  isActive: z.boolean().optional(),
  /** A year at most. */
  runTimeoutMs: z
    .number()
    .int()
    .min(1_000)
    .max(366 * 86_400_000)
    .nullable()
    .optional(),
  onFailure: z.enum(failurePolicies).optional(),
  actionNodes: z.array(NodeInput).max(500).optional(),
  actions: z.array(InlineAction).max(500).optional(),
  trigger: InlineTrigger.nullable().optional(),
};

/** A definition that is not saved: what `update_workflow` would change. */
export const WorkflowDraft = z.object(workflowFields);
export type WorkflowDraft = z.infer<typeof WorkflowDraft>;

const Id = z.object({ id: GivenId });

/** What a person says beside what they do. */
const note = z.string().trim().max(500, 'must have at most 500 characters');

const depth = z.number().int().min(0).optional();

const settlements = ['succeeded', 'failed', 'retry'] as const;

/** Every command: its name on the subject, and its payload. */
export const commandPayloads = {
  ...accessPayloads,
  ...auditPayloads,
  create_workflow: z.object({ ...workflowFields, name, actionNodes: z.array(NodeInput).max(500) }),
  update_workflow: z.object({ ...workflowFields, id: GivenId }),
  delete_workflow: Id,
  activate_workflow: Id,
  deactivate_workflow: Id,
  pause_workflow: z.object({ id: GivenId, reason: note.nullable().optional() }),
  resume_workflow: Id,
  pause_organization: z.object({ reason: note.nullable().optional() }),
  resume_organization: z.object({}),
  create_workflow_action: z.object({ ...actionFields, name, actionType }),
  update_workflow_action: z.object({ ...actionFields, id: GivenId }),
  delete_workflow_action: Id,
  create_workflow_trigger: z.object({
    ...triggerFields,
    workflowId: GivenId,
    triggerType: z.enum(triggerTypes),
  }),
  update_workflow_trigger: z.object({ ...triggerFields, id: GivenId }),
  delete_workflow_trigger: Id,
  /** The secret that is there stays good beside the new one. */
  rotate_trigger_secret: z.object({
    id: GivenId,
    sealedSecret: SealedGiven,
    keepFormerMs: within(0, 30 * 86_400_000).optional(),
  }),
  create_workflow_connection: z.object({ ...connectionFields, name, authType: z.enum(authTypes) }),
  update_workflow_connection: z.object({ ...connectionFields, id: GivenId }),
  delete_workflow_connection: Id,
  create_metafield: z.object({
    ...metafieldFields,
    ...attachment,
    key: metafieldKey,
    type: z.enum(metafieldTypes),
  }),
  update_metafield: z.object({ ...metafieldFields, ...attachment, id: GivenId }),
  delete_metafield: Id,
  request_run: z.object({
    /** Chosen by the sender, so that a repeated request is the same run. */
    runId: GivenId,
    workflowId: GivenId,
    eventType: z.enum(runEventTypes),
    testMode: z.boolean(),
    parameters: JsonValue,
    /** What started it; the run is refused where that is not a live trigger of the workflow. */
    triggerId: GivenId.optional(),
    /** Of a schedule: which slot it is for. */
    slot: z.object({ name: z.string(), dueAt: isoTime }).optional(),
    /** How many runs led to it. */
    depth,
    /** Refuses a run of this id that another command has asked for. */
    isOnce: z.boolean().optional(),
  }),
  /** Starts what listens to an event, once per trigger and event. */
  receive_event: z.object({
    event: IncomingEvent,
    testMode: z.boolean(),
    /** Of the runs that it starts. */
    depth,
  }),
  /** Repeats a run that has ended. */
  rerun_run: z.object({
    /** Chosen by the sender, so that a repeated request is the same run. */
    runId: GivenId,
    originId: GivenId,
    /** `whole`, on from what `failed`, or on from the action of a slug. */
    from: z.string().min(1),
    plan: z.enum(['original', 'current']),
    testMode: z.boolean(),
    /** Those of the run that is repeated, unless given. */
    parameters: JsonValue.optional(),
    depth,
  }),
  cancel_run: z.object({ id: GivenId, reason: note.optional() }),
  pause_run: Id,
  resume_run: Id,
  redrive_run: Id,
  settle_run_action: z.object({
    id: GivenId,
    /** The action's slug. */
    action: z.string(),
    as: z.enum(settlements),
    output: JsonValue.optional(),
    note: note.optional(),
  }),
  ...ruleCommandPayloads,
  ...decisionCommandPayloads,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type CommandName = keyof typeof commandPayloads;
export type CommandPayload<N extends CommandName> = z.infer<(typeof commandPayloads)[N]>;

/** What changes a run, and no definition. */
const runCommands = [
  'request_run',
  'receive_event',
  'rerun_run',
  'cancel_run',
  'pause_run',
  'resume_run',
  'redrive_run',
  'settle_run_action',
] as const satisfies readonly CommandName[];
export type RunCommandName = (typeof runCommands)[number];

export const isRunCommand = (name: CommandName): name is RunCommandName =>
  runCommands.some((each) => each === name);

/** What changes a shipping rule. */
export const isRuleCommand = (name: CommandName): name is keyof typeof ruleCommandPayloads =>
  Object.hasOwn(ruleCommandPayloads, name);

/** What the rules service decides. */
export type DecisionCommandName = keyof typeof decisionCommandPayloads;

export const isDecisionCommand = (name: CommandName): name is DecisionCommandName =>
  Object.hasOwn(decisionCommandPayloads, name);

/** The service that works a command, as its subject says it. */
export const serviceOfCommand = (name: CommandName): 'command' | 'rules' =>
  isDecisionCommand(name) ? 'rules' : 'command';

const isCommandName = (name: unknown): name is CommandName =>
  typeof name === 'string' && Object.hasOwn(commandPayloads, name);

/** A command on the wire. An expired one has no effect, so that its sender may safely give up on it. */
export const Command = z.object({
  /** The same id again has the effect of once. */
  id: z.string(),
  name: z.custom<CommandName>(isCommandName, 'no such command'),
  org: z.string(),
  actor: z.string(),
  origin: Origin.optional(),
  /** Of what a person does about themselves: the organisations that they are a member of. */
  concerns: z.array(z.string()).readonly().optional(),
  /** Whether its sender works in test mode; absent: no. */
  testMode: z.boolean().optional(),
  issuedAt: isoTime,
  expiresAt: isoTime,
  /** Where the sender waits for the reply (a core NATS inbox). */
  replyTo: z.string().optional(),
  /** The sender has seen its own writes up to here; decide on nothing older. */
  seen: LogPosition.optional(),
  payload: JsonValue,
});
export type Command = z.infer<typeof Command>;

/** A field of the input and what to do about it; shown as `errors { field messages }`. */
export const FieldErrors = z.array(z.object({ field: z.string(), messages: z.array(z.string()) }));
export type FieldErrors = z.infer<typeof FieldErrors>;

/** Why the write side refused; the gateway turns the code into a status. */
export const rejectionCodes = [
  'not-found',
  'already-exists',
  'invalid',
  'inactive',
  'in-use',
  'forbidden',
  'backlog-full',
  'repeated',
  'loop-detected',
  'expired',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

export const CommandReply = z.union([
  /** `id` is the entity the command made or changed; `position` is where the log then stood. */
  z.object({
    accepted: z.object({
      id: z.string(),
      position: LogPosition,
      event: ReceivedEvent.optional(),
      /** What there is to say beside that it is in the log. */
      result: JsonValue.optional(),
    }),
  }),
  z.object({ rejected: z.object({ code: z.enum(rejectionCodes), errors: FieldErrors }) }),
]);
export type CommandReply = z.infer<typeof CommandReply>;
