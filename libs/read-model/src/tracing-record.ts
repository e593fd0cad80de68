import type { Json, JsonObject } from '@karrio/domain';

/** One line of a run's timeline, under the contract's names. `timestamp` is in Unix seconds. */
export type TracingRecord = Readonly<{
  id: string;
  key: TracingKey;
  timestamp: number;
  test_mode: boolean;
  created_at: string;
  updated_at: string;
  request_id: string;
  record: TracedMembers;
  meta: TracingMeta;
}>;

export type TracingKey =
  | 'action-input'
  | 'request'
  | 'response'
  | 'error'
  | 'action-output'
  | 'probe'
  | 'settled'
  | 'late'
  | 'held'
  | 'taken-again'
  | 'paused'
  | 'resumed'
  | 'parked'
  | 'redriven'
  | 'cancel-requested';

/** The dashboard shows `output`, or else the first of `data`, `response`, `error`, `parameters`. */
export type TracedMembers = Readonly<{
  request_id: string;
  /** Missing where it is about the whole run. */
  action_name?: string;
  format: 'json';
  status?: 'success' | 'failed';
  url?: string;
  method?: string;
  request_headers?: JsonObject;
  response_headers?: JsonObject;
  status_code?: number;
  parameters?: Json;
  data?: Json;
  response?: Json;
  error?: Json;
  output?: Json;
}>;

export type TracingMeta = Readonly<{
  workflow_id: string;
  workflow_event_id: string;
  workflow_action_id: string | null;
  workflow_action_slug: string | null;
  request_id: string;
  object_id: string;
  attempt: number | null;
  /** Null while the action is under way. */
  duration_ms: number | null;
}>;
