import type {
  ActionNode,
  ActionType,
  AuditEntry,
  AuthType,
  ContentType,
  EventPolicy,
  Failure,
  FailurePolicy,
  FormerSecret,
  HttpMethod,
  HttpPolicy,
  Json,
  JsonObject,
  MetafieldType,
  ParametersType,
  ParkCause,
  PauseScope,
  RecordedRequest,
  RecordedResponse,
  Role,
  RunEvent,
  RunEventType,
  RunOrigin,
  RunSlot,
  SchedulePolicy,
  ShownMetafield,
  ShownSecret,
  Stored,
  TemplateEngine,
  TriggerType,
  WebhookPolicy,
} from '@karrio/domain';
import type { RunStatus } from '@karrio/contracts';
import type { RateDecisionRow, ShippingRuleRow } from './rule-rows.ts';
import type { SessionRow, UserRow } from './user-rows.ts';

/** ISO 8601 in UTC with milliseconds, as the events have it. */
type Time = string;

/**
 * The revision of the last event of the row's stream that the row shows. An older event never overwrites a
 * newer row, so projecting the same events again has no effect.
 */
type Projected = { revision: number };

export type OrganizationRow = Projected & { id: string; name: string; created_at: Time };

export type ApiKeyRow = Projected & {
  id: string;
  org_id: string;
  name: string;
  /** SHA-256 of the key, in hex. */
  hash: string;
  role: Role;
  test_mode: boolean;
  created_at: Time;
  revoked_at: Time | null;
  /** Null: never. */
  expires_at: Time | null;
};

/** Not from the log: what gateways have seen. */
export type ApiKeyUseRow = { key_id: string; org_id: string; last_used_at: Time };

/** A user in an organisation. */
export type MemberRow = Projected & {
  id: string;
  org_id: string;
  user_id: string;
  role: Role;
  created_at: Time;
  updated_at: Time;
  removed_at: Time | null;
};

export type InvitationRow = Projected & {
  id: string;
  org_id: string;
  user_id: string;
  role: Role;
  /** SHA-256 of what the invited person was sent, in hex. */
  hash: string;
  created_at: Time;
  expires_at: Time;
  accepted_at: Time | null;
  revoked_at: Time | null;
};

/** Whether the runs of a workflow, or all of an organisation, are held; a null `paused_at` says that they are not. */
export type PauseRow = Projected & {
  /** Of the workflow, or of the organisation. */
  id: string;
  org_id: string;
  scope: PauseScope;
  paused_at: Time | null;
  paused_by: string | null;
  reason: string | null;
};

/** A deleted definition keeps its row: the runs it had still show it. */
type Definition = Projected & {
  id: string;
  org_id: string;
  slug: string;
  template_slug: string | null;
  created_at: Time;
  updated_at: Time;
  deleted_at: Time | null;
};

export type WorkflowRow = Definition & {
  name: string;
  description: string | null;
  is_active: boolean;
  action_nodes: readonly ActionNode[];
  metadata: JsonObject;
  run_timeout_ms: number | null;
  on_failure: FailurePolicy;
};

export type WorkflowActionRow = Definition & {
  name: string;
  action_type: ActionType;
  description: string | null;
  host: string | null;
  port: number | null;
  endpoint: string | null;
  method: HttpMethod | null;
  parameters_type: ParametersType | null;
  parameters_template: string | null;
  header_template: string | null;
  content_type: ContentType | null;
  template_engine: TemplateEngine;
  connection_id: string | null;
  http: HttpPolicy;
  metafields: readonly ShownMetafield[];
  metadata: JsonObject;
};

export type WorkflowConnectionRow = Definition & {
  name: string;
  description: string | null;
  auth_type: AuthType;
  host: string | null;
  port: number | null;
  endpoint: string | null;
  template_engine: TemplateEngine;
  auth_template: string | null;
  parameters_template: string | null;
  metafields: readonly ShownMetafield[];
  credentials: Readonly<Record<string, ShownSecret>>;
  metadata: JsonObject;
};

type MetafieldColumns = {
  id: string;
  org_id: string;
  key: string;
  type: MetafieldType;
  is_required: boolean;
  value: Json;
  secret: ShownSecret | null;
  created_at: Time;
};

/** One that is attached to nothing. */
export type MetafieldRow = Projected & MetafieldColumns & { updated_at: Time; deleted_at: Time | null };

/** A metafield wherever it is; `created_at` is that of the object that has it, `place` counts within it. */
export type AnyMetafieldRow = MetafieldColumns & {
  /** `metafield` where it is attached to nothing. */
  object_type: string;
  object_id: string | null;
  place: number;
};

export type WorkflowTriggerRow = Definition & {
  workflow_id: string;
  trigger_type: TriggerType;
  name: string | null;
  is_active: boolean;
  test_mode: boolean;
  parameters: Json;
  schedule: string | null;
  schedule_policy: SchedulePolicy | null;
  secret_key: string | null;
  sealed_secret: string | null;
  shown_secret: ShownSecret | null;
  former_secret: FormerSecret | null;
  webhook: WebhookPolicy | null;
  event: EventPolicy | null;
};

export type SlotStatus = 'fired' | 'caught_up' | 'queued' | 'skipped' | 'refused';

/** What became of a slot of a schedule, or of slots in a row that were skipped for the same reason. */
export type TriggerSlotRow = Projected & {
  trigger_id: string;
  slot: string;
  org_id: string;
  workflow_id: string;
  last_slot: string;
  count: number;
  /** There were more than `count`. */
  is_more: boolean;
  status: SlotStatus;
  /** A reason to skip, or the code of a refusal. */
  reason: string | null;
  message: string | null;
  due_at: Time;
  last_due_at: Time;
  decided_at: Time;
  run_id: string | null;
};

/** What its last step left a run in; what holds it is in columns of its own. */
export type RunFineState = 'waiting' | 'outcome_unknown';

export type RunRow = Projected & {
  id: string;
  org_id: string;
  workflow_id: string;
  plan_hash: string;
  status: RunStatus;
  state: RunFineState | null;
  is_paused: boolean;
  /** Why it waits for a person; null where it does not. */
  parked: ParkedRun | null;
  waiting_until: Time | null;
  /** Who asked for its end, also while a request under way is still being given up. */
  cancel: CancelledRun | null;
  origin: RunOrigin | null;
  /** Null where somebody asked for it by the workflow. */
  trigger_id: string | null;
  slot: RunSlot | null;
  event_type: RunEventType;
  test_mode: boolean;
  parameters: Json;
  failure: RunFailure | null;
  actor: string;
  /** Shared by everything that one request from outside caused. */
  request_id: string;
  created_at: Time;
  started_at: Time | null;
  ended_at: Time | null;
  updated_at: Time;
  /** Of the same event as `revision`: a decimal string, since it may exceed 2^53. */
  position: string;
};

export type ParkedRun = Readonly<{ cause: ParkCause; message: string; action?: string; since: Time }>;
export type CancelledRun = Readonly<{ by: string; reason?: string; at: Time }>;

/** `action` is the slug of the action that failed, `condition` of the one that was false. */
export type RunFailure = Failure & { readonly action?: string };

/** `retryAt`: when the next attempt is due. */
export type RunActionFailure = Failure & { readonly retryAt?: string };

export type RunActionStatus = 'running' | 'success' | 'failed' | 'outcome_unknown' | 'cancelled';

/** One attempt of one action of a run. */
export type RunActionRow = Projected & {
  run_id: string;
  slug: string;
  attempt: number;
  org_id: string;
  action_id: string;
  action_type: ActionType;
  step_order: number;
  status: RunActionStatus;
  request: RecordedRequest | null;
  response: RecordedResponse | null;
  output: Stored | null;
  /** What a condition decided. */
  passed: boolean | null;
  failure: RunActionFailure | null;
  started_at: Time | null;
  ended_at: Time | null;
};

export type RunNoteType = Extract<
  RunEvent['type'],
  | 'RunHeld'
  | 'RunTakenAgain'
  | 'RunPaused'
  | 'RunResumed'
  | 'RunParked'
  | 'RunRedriven'
  | 'RunCancelRequested'
  | 'ActionProbed'
  | 'ActionSettled'
  | 'ActionCompletedLate'
>;

/** What people did to a run, how its executors fared, and what was found out about one of its attempts. */
export type RunNoteRow = {
  run_id: string;
  /** Of the event itself: each has its row. */
  revision: number;
  org_id: string;
  type: RunNoteType;
  slug: string | null;
  attempt: number | null;
  noted_at: Time;
  /** Under the names that the timeline has for it. */
  detail: JsonObject;
};

/** An entry of an organisation's audit log, in its chain. */
export type AuditEntryRow = Projected & {
  id: string;
  org_id: string;
  /** Its place in the chain, from 0. */
  number: number;
  at: Time;
  actor: string;
  action: string;
  outcome: AuditEntry['outcome'];
  entity_type: string | null;
  entity_id: string | null;
  /** All of it, as it was chained. */
  entry: AuditEntry;
  previous: string;
  hash: string;
};

/** Where in the log an entity that is no run last changed. */
export type EntityChangeRow = Projected & {
  entity: string;
  id: string;
  org_id: string;
  position: string;
  is_deleted: boolean;
};

/** How far the log is projected; moved in the transaction that writes the rows. */
export type CheckpointRow = { projection: string; position: string };

/** An event that Postgres refused, or that comes after one in its stream. The log still holds it. */
export type ParkedEventRow = {
  stream: string;
  revision: number;
  position: string;
  type: string;
  recorded_at: Time;
  /** Null where only an earlier event of the stream was refused. */
  error: string | null;
};

export type Database = {
  organization: OrganizationRow;
  api_key: ApiKeyRow;
  api_key_use: ApiKeyUseRow;
  member: MemberRow;
  invitation: InvitationRow;
  user_account: UserRow;
  session: SessionRow;
  workflow: WorkflowRow;
  workflow_action: WorkflowActionRow;
  workflow_connection: WorkflowConnectionRow;
  metafield: MetafieldRow;
  pause: PauseRow;
  workflow_trigger: WorkflowTriggerRow;
  trigger_slot: TriggerSlotRow;
  shipping_rule: ShippingRuleRow;
  rate_decision: RateDecisionRow;
  run: RunRow;
  run_action: RunActionRow;
  run_note: RunNoteRow;
  audit_entry: AuditEntryRow;
  entity_change: EntityChangeRow;
  checkpoint: CheckpointRow;
  parked_event: ParkedEventRow;
  /** A view. */
  any_metafield: AnyMetafieldRow;
};
