import { defaultHttpPolicy } from '@karrio/domain';
import type {
  ApiKeyRow,
  MetafieldRow,
  PauseRow,
  RunActionRow,
  RunRow,
  WorkflowActionRow,
  WorkflowConnectionRow,
  WorkflowRow,
  WorkflowTriggerRow,
} from '../src/index.ts';

/** So many seconds into 2026. */
export const time = (seconds: number): string =>
  new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

const definition = {
  org_id: 'org_1',
  template_slug: null,
  created_at: time(0),
  updated_at: time(0),
  deleted_at: null,
  revision: 0,
};

export const aWorkflow = (id: string, override: Partial<WorkflowRow> = {}): WorkflowRow => ({
  ...definition,
  id,
  slug: id,
  name: id,
  description: null,
  is_active: true,
  action_nodes: [{ order: 1, slug: 'fetch' }],
  metadata: { team: 'a' },
  run_timeout_ms: null,
  on_failure: 'finish',
  ...override,
});

export const anAction = (id: string, override: Partial<WorkflowActionRow> = {}): WorkflowActionRow => ({
  ...definition,
  id,
  slug: id,
  name: id,
  action_type: 'http_request',
  description: null,
  host: 'http://shop.test',
  port: 8080,
  endpoint: '/orders',
  method: 'get',
  parameters_type: 'querystring',
  parameters_template: '{}',
  header_template: null,
  content_type: 'json',
  template_engine: 'handlebars',
  connection_id: null,
  http: defaultHttpPolicy,
  metafields: [],
  metadata: {},
  ...override,
});

export const aConnection = (
  id: string,
  override: Partial<WorkflowConnectionRow> = {},
): WorkflowConnectionRow => ({
  ...definition,
  id,
  slug: id,
  name: id,
  description: null,
  auth_type: 'api_key',
  host: 'http://shop.test',
  port: null,
  endpoint: null,
  template_engine: 'handlebars',
  auth_template: null,
  parameters_template: null,
  metafields: [],
  credentials: {},
  metadata: {},
  ...override,
});

export const aMetafield = (id: string, override: Partial<MetafieldRow> = {}): MetafieldRow => ({
  id,
  org_id: 'org_1',
  key: id,
  type: 'text',
  is_required: false,
  value: 'x',
  secret: null,
  created_at: time(0),
  updated_at: time(0),
  deleted_at: null,
  revision: 0,
  ...override,
});

export const aTrigger = (id: string, override: Partial<WorkflowTriggerRow> = {}): WorkflowTriggerRow => ({
  ...definition,
  id,
  slug: id,
  workflow_id: 'wkfl_1',
  trigger_type: 'manual',
  name: null,
  is_active: true,
  parameters: null,
  schedule_policy: null,
  shown_secret: null,
  former_secret: null,
  webhook: null,
  event: null,
  schedule: null,
  secret_key: null,
  sealed_secret: null,
  ...override,
});

export const anApiKey = (id: string, override: Partial<ApiKeyRow> = {}): ApiKeyRow => ({
  id,
  org_id: 'org_1',
  name: id,
  hash: id,
  role: 'admin',
  test_mode: false,
  created_at: time(0),
  revoked_at: null,
  expires_at: null,
  revision: 1,
  ...override,
});

export const aRun = (id: string, override: Partial<RunRow> = {}): RunRow => ({
  id,
  org_id: 'org_1',
  workflow_id: 'wkfl_1',
  plan_hash: 'hash',
  status: 'success',
  state: null,
  is_paused: false,
  parked: null,
  waiting_until: null,
  cancel: null,
  origin: null,
  trigger_id: null,
  slot: null,
  event_type: 'manual',
  test_mode: false,
  parameters: null,
  failure: null,
  actor: 'key_1',
  request_id: 'req_1',
  created_at: time(0),
  started_at: time(0),
  ended_at: null,
  updated_at: time(0),
  revision: 6,
  position: '9007199254740993',
  ...override,
});

export const aRunAction = (runId: string, override: Partial<RunActionRow> = {}): RunActionRow => ({
  run_id: runId,
  slug: 'fetch',
  attempt: 1,
  org_id: 'org_1',
  action_id: 'wact_1',
  action_type: 'http_request',
  step_order: 1,
  status: 'success',
  request: { method: 'get', url: 'http://shop.test/orders', headers: {}, body: null },
  response: { status: 200, headers: {}, bytes: 2 },
  output: { json: [] },
  passed: null,
  failure: null,
  started_at: time(0),
  ended_at: time(1),
  revision: 3,
  ...override,
});

export const aPause = (id: string, org_id: string, override: Partial<PauseRow> = {}): PauseRow => ({
  id,
  org_id,
  scope: 'workflow',
  paused_at: time(0),
  paused_by: 'key_1',
  reason: null,
  revision: 0,
  ...override,
});
