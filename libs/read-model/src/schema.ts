import type {
  ActionNode,
  ActionType,
  AuthType,
  ContentType,
  Failure,
  HttpMethod,
  HttpPolicy,
  Json,
  JsonObject,
  MetafieldType,
  ParametersType,
  RecordedRequest,
  RecordedResponse,
  Role,
  RunEventType,
  ShownMetafield,
  ShownSecret,
  Stored,
  TemplateEngine,
  TriggerType,
} from '@karrio/domain';
import type { RunStatus } from '@karrio/contracts';

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
  schedule: string | null;
  secret_key: string | null;
  sealed_secret: string | null;
};

/** What `status` is too coarse to say. */
export type RunFineState = 'waiting' | 'paused' | 'parked' | 'outcome_unknown';

export type RunRow = Projected & {
  id: string;
  org_id: string;
  workflow_id: string;
  plan_hash: string;
  status: RunStatus;
  state: RunFineState | null;
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
  workflow: WorkflowRow;
  workflow_action: WorkflowActionRow;
  workflow_connection: WorkflowConnectionRow;
  metafield: MetafieldRow;
  workflow_trigger: WorkflowTriggerRow;
  run: RunRow;
  run_action: RunActionRow;
  checkpoint: CheckpointRow;
  parked_event: ParkedEventRow;
  /** A view. */
  any_metafield: AnyMetafieldRow;
};
