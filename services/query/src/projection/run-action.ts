import type { ActionAttempt, RunEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { RunActionRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

/** A row per attempt. Every event of it creates the row, as far as it knows it: a pure action has only one. */
export const runActionChange = (
  runId: string,
  event: Recorded<RunEvent>,
): RowChange<RunActionRow> | undefined => {
  const created = rowOf(runId, event);
  return created && { created };
};

const rowOf = (runId: string, event: Recorded<RunEvent>): RunActionRow | undefined => {
  const { type, data } = event;
  switch (type) {
    case 'ActionStarted':
      return {
        ...attemptRow(runId, event, data),
        status: 'running',
        request: data.request,
        started_at: data.at,
      };
    case 'ActionSucceeded':
      return {
        ...attemptRow(runId, event, data),
        status: 'success',
        response: data.response ?? null,
        output: data.output,
        passed: data.passed ?? null,
        started_at: data.startedAt,
        ended_at: data.at,
      };
    case 'ActionFailed':
      return {
        ...attemptRow(runId, event, data),
        status: 'failed',
        response: data.response ?? null,
        output: data.output ?? null,
        failure: data.failure,
        started_at: data.startedAt,
        ended_at: data.at,
      };
    case 'ActionRetryScheduled':
      return {
        ...attemptRow(runId, event, data),
        status: 'failed',
        response: data.response ?? null,
        output: data.output ?? null,
        failure: { ...data.failure, retryAt: data.dueAt },
        started_at: data.startedAt,
        ended_at: data.at,
      };
    case 'ActionOutcomeUnknown':
      return {
        ...attemptRow(runId, event, data),
        status: 'outcome_unknown',
        response: data.response ?? null,
        output: data.output ?? null,
        failure: data.failure ?? null,
        ended_at: data.at,
      };
    case 'RunRequested':
    case 'RunStarted':
    case 'RunSucceeded':
    case 'RunFailed':
    case 'RunAborted':
      return undefined;
  }
};

const attemptRow = (
  runId: string,
  { metadata, revision }: Pick<Recorded, 'metadata' | 'revision'>,
  { slug, attempt, actionId, actionType, order }: ActionAttempt,
) => ({
  run_id: runId,
  slug,
  attempt,
  org_id: metadata.org,
  action_id: actionId,
  action_type: actionType,
  step_order: order,
  request: null,
  response: null,
  output: null,
  passed: null,
  failure: null,
  started_at: null,
  ended_at: null,
  revision,
});
