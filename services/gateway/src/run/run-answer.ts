import type { RunEnded, RunStatus } from '@karrio/contracts';
import type { Json } from '@karrio/domain';
import { runStateOf, type RunActionRow, type RunRow } from '@karrio/read-model';

/** A run as the REST answers show it. Only `include=run` and an end that is no success cost a read. */
export type RunAnswer = Readonly<{
  id: string;
  object_type: 'workflow_event';
  workflow_id: string;
  status: RunStatus;
  event_type: string;
  test_mode: boolean;
  links: Readonly<{ workflow_event: string }>;
  state?: string | null;
  parameters?: Json;
  failure?: RunRow['failure'];
  /** What the last mapping that succeeded produced. */
  output?: Json;
  created_at?: string;
  started_at?: string | null;
  ended_at?: string | null;
  duration_ms?: number | null;
}>;

const text = { type: 'string' } as const;
const optionalText = { type: ['string', 'null'] } as const;

/** Compiled by fastify into a serializer, which writes an answer several times faster than JSON.stringify. */
export const runAnswerSchema = {
  type: 'object',
  properties: {
    id: text,
    object_type: text,
    workflow_id: text,
    status: text,
    event_type: text,
    test_mode: { type: 'boolean' },
    links: { type: 'object', properties: { workflow_event: text } },
    state: optionalText,
    parameters: {},
    failure: {},
    output: {},
    created_at: text,
    started_at: optionalText,
    ended_at: optionalText,
    duration_ms: { type: ['number', 'null'] },
  },
} as const;

type Identity = Readonly<{ runId: string; workflowId: string; eventType: string; testMode: boolean }>;

export const briefAnswer = (run: Identity, status: RunEnded['status'] = 'pending'): RunAnswer => ({
  id: run.runId,
  object_type: 'workflow_event',
  workflow_id: run.workflowId,
  status,
  event_type: run.eventType,
  test_mode: run.testMode,
  links: { workflow_event: `/v1/workflow_events/${run.runId}` },
});

/** `isHeld`: its workflow or its organisation is paused. */
export const fullAnswer = (row: RunRow, actions: readonly RunActionRow[], isHeld: boolean): RunAnswer => {
  const output = lastMapped(actions);
  return {
    ...briefAnswer(
      { runId: row.id, workflowId: row.workflow_id, eventType: row.event_type, testMode: row.test_mode },
      row.status,
    ),
    state: runStateOf(row, isHeld),
    parameters: row.parameters,
    failure: row.failure,
    ...(output === undefined ? {} : { output }),
    created_at: row.created_at,
    started_at: row.started_at,
    ended_at: row.ended_at,
    duration_ms: durationMs(row),
  };
};

export const durationMs = ({
  started_at,
  ended_at,
}: Pick<RunRow, 'started_at' | 'ended_at'>): number | null =>
  started_at === null || ended_at === null ? null : Date.parse(ended_at) - Date.parse(started_at);

const lastMapped = (actions: readonly RunActionRow[]): Json | undefined => {
  const last = actions.findLast(
    ({ action_type, status }) => action_type === 'data_mapping' && status === 'success',
  );
  const output = last?.output;
  return output && 'json' in output ? output.json : undefined;
};
