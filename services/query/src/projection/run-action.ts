import type { AbortCause, ActionAttempt, ActionFailed, Failure, RunEvent } from '@karrio/domain';
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
    case 'ActionWaiting':
      return { ...attemptRow(runId, event, data), status: 'running', started_at: data.at };
    case 'ActionSucceeded':
      return { ...endedRow(runId, event, data), status: 'success', passed: data.passed ?? null };
    case 'ActionFailed':
      return { ...endedRow(runId, event, data), status: 'failed', failure: data.failure };
    case 'ActionRetryScheduled': {
      const failure = { ...data.failure, retryAt: data.dueAt };
      return { ...endedRow(runId, event, data), status: 'failed', failure };
    }
    case 'ActionOutcomeUnknown':
      return { ...endedRow(runId, event, data), status: 'outcome_unknown', failure: data.failure ?? null };
    case 'ActionReused':
      return { ...endedRow(runId, event, data), status: 'success', passed: data.passed ?? null };
    case 'ActionCancelled':
      return { ...endedRow(runId, event, data), status: 'cancelled', failure: givenUp[data.because] };
    default:
      return undefined;
  }
};

const effect = 'whether it took effect at the receiver is not known.';

/** Why the engine gave up on a request that was under way. */
const givenUp: Readonly<Record<AbortCause, Failure>> = {
  'sibling-failed': {
    code: 'sibling-failed',
    message: `Another action of its order failed, so the request was given up (on_failure: cancel); ${effect}`,
  },
  'run-cancelled': {
    code: 'run-cancelled',
    message: `The run was cancelled while the request was under way, so it was given up; ${effect}`,
  },
  'run-timed-out': {
    code: 'run-timed-out',
    message: `The time of the run was over while the request was under way, so it was given up; ${effect}`,
  },
};

type Ended = ActionAttempt &
  Pick<Partial<ActionFailed['data']>, 'output' | 'response' | 'startedAt'> &
  Readonly<{ at: string }>;

const endedRow = (runId: string, event: Recorded<RunEvent>, data: Ended) => ({
  ...attemptRow(runId, event, data),
  response: data.response ?? null,
  output: data.output ?? null,
  started_at: data.startedAt ?? null,
  ended_at: data.at,
});

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
