import type { Database } from '@karrio/read-model';

export type TableName = Exclude<keyof Database, 'checkpoint' | 'any_metafield' | 'api_key_use'>;

export type Table<Name extends TableName = TableName> = Readonly<{
  key: readonly (keyof Database[Name] & string)[];
  /** Filled by the first of a row's creations that knows them; a later one does not empty them. */
  kept: readonly (keyof Database[Name] & string)[];
  /** All others. */
  columns: readonly (keyof Database[Name] & string)[];
}>;

const definitionColumns = [
  'org_id',
  'slug',
  'template_slug',
  'created_at',
  'updated_at',
  'deleted_at',
] as const;

/** What the projection writes. The migrations of libs/read-model say what each column is. */
export const tables: Readonly<{ [Name in TableName]: Table<Name> }> = {
  organization: { key: ['id'], kept: [], columns: ['name', 'created_at', 'revision'] },
  api_key: {
    key: ['id'],
    kept: [],
    columns: [
      ...(['org_id', 'name', 'hash', 'role', 'test_mode', 'created_at'] as const),
      ...(['revoked_at', 'expires_at', 'revision'] as const),
    ],
  },
  member: {
    key: ['id'],
    kept: [],
    columns: ['org_id', 'user_id', 'role', 'created_at', 'updated_at', 'removed_at', 'revision'],
  },
  invitation: {
    key: ['id'],
    kept: [],
    columns: [
      ...(['org_id', 'user_id', 'role', 'hash', 'created_at', 'expires_at'] as const),
      ...(['accepted_at', 'revoked_at', 'revision'] as const),
    ],
  },
  user_account: {
    key: ['id'],
    kept: [],
    columns: [
      ...(['address_id', 'sealed_email', 'sealed_name', 'sealed_password'] as const),
      ...(['reset_hash', 'reset_expires_at', 'created_at', 'updated_at', 'revision'] as const),
    ],
  },
  session: {
    key: ['id'],
    kept: [],
    columns: ['user_id', 'hash', 'origin', 'created_at', 'expires_at', 'ended_at', 'revision'],
  },
  workflow: {
    key: ['id'],
    kept: [],
    columns: [
      ...definitionColumns,
      'name',
      'description',
      'is_active',
      'action_nodes',
      ...(['metadata', 'run_timeout_ms', 'on_failure', 'revision'] as const),
    ],
  },
  workflow_action: {
    key: ['id'],
    kept: [],
    columns: [
      ...definitionColumns,
      ...(['name', 'action_type', 'description', 'host', 'port', 'endpoint', 'method'] as const),
      ...(['parameters_type', 'parameters_template', 'header_template', 'content_type'] as const),
      ...(['template_engine', 'connection_id', 'http', 'metafields', 'metadata', 'revision'] as const),
    ],
  },
  workflow_connection: {
    key: ['id'],
    kept: [],
    columns: [
      ...definitionColumns,
      ...(['name', 'description', 'auth_type', 'host', 'port', 'endpoint', 'template_engine'] as const),
      ...(['auth_template', 'parameters_template', 'metafields', 'credentials', 'metadata'] as const),
      'revision',
    ],
  },
  metafield: {
    key: ['id'],
    kept: [],
    columns: [
      ...(['org_id', 'key', 'type', 'is_required', 'value', 'secret'] as const),
      ...(['created_at', 'updated_at', 'deleted_at', 'revision'] as const),
    ],
  },
  pause: {
    key: ['id'],
    kept: [],
    columns: ['org_id', 'scope', 'paused_at', 'paused_by', 'reason', 'revision'],
  },
  workflow_trigger: {
    key: ['id'],
    kept: [],
    columns: [
      ...definitionColumns,
      ...([
        'workflow_id',
        'trigger_type',
        'name',
        'is_active',
        'test_mode',
        'parameters',
        'schedule',
      ] as const),
      ...([
        'schedule_policy',
        'secret_key',
        'sealed_secret',
        'shown_secret',
        'former_secret',
        'webhook',
        'event',
        'revision',
      ] as const),
    ],
  },
  trigger_slot: {
    key: ['trigger_id', 'slot'],
    kept: [],
    columns: [
      ...(['org_id', 'workflow_id', 'last_slot', 'count', 'is_more', 'status', 'reason'] as const),
      ...(['message', 'due_at', 'last_due_at', 'decided_at', 'run_id', 'revision'] as const),
    ],
  },
  shipping_rule: {
    key: ['id'],
    kept: [],
    columns: [
      ...definitionColumns,
      ...(['name', 'description', 'priority', 'is_active', 'conditions', 'actions'] as const),
      ...(['conditions_extensions', 'actions_extensions', 'condition', 'further_actions'] as const),
      ...(['metadata', 'revision'] as const),
    ],
  },
  rate_decision: {
    key: ['id'],
    kept: [],
    columns: [
      ...(['org_id', 'outcome', 'message', 'rate', 'rule_id', 'rule_set_hash'] as const),
      ...(['facts', 'decision', 'trace', 'notified', 'settled', 'run_id', 'test_mode', 'actor'] as const),
      ...(['created_at', 'updated_at', 'revision'] as const),
    ],
  },
  run: {
    key: ['id'],
    kept: [],
    columns: [
      ...(['org_id', 'workflow_id', 'plan_hash', 'status', 'state', 'event_type', 'test_mode'] as const),
      ...(['parameters', 'failure', 'actor', 'request_id', 'created_at', 'started_at'] as const),
      ...(['ended_at', 'updated_at', 'revision', 'position'] as const),
      ...(['is_paused', 'parked', 'waiting_until', 'cancel', 'origin', 'trigger_id', 'slot'] as const),
    ],
  },
  run_action: {
    key: ['run_id', 'slug', 'attempt'],
    kept: ['request', 'started_at'],
    columns: [
      ...(['org_id', 'action_id', 'action_type', 'step_order', 'status', 'response', 'output'] as const),
      ...(['passed', 'failure', 'ended_at', 'revision'] as const),
    ],
  },
  run_note: {
    key: ['run_id', 'revision'],
    kept: [],
    columns: ['org_id', 'type', 'slug', 'attempt', 'noted_at', 'detail'],
  },
  audit_entry: {
    key: ['id'],
    kept: [],
    columns: [
      ...(['org_id', 'number', 'at', 'actor', 'action', 'outcome', 'entity_type', 'entity_id'] as const),
      ...(['entry', 'previous', 'hash', 'revision'] as const),
    ],
  },
  entity_change: {
    key: ['entity', 'id'],
    kept: [],
    columns: ['org_id', 'position', 'is_deleted', 'revision'],
  },
  parked_event: {
    key: ['stream', 'revision'],
    kept: [],
    columns: ['position', 'type', 'recorded_at', 'error'],
  },
};
